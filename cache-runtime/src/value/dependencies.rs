//! The sources that a body reads and the events it raises: written down while it runs, and kept with its result.

use std::any::Any;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::key::Key;
use crate::sys::panics::contain;

/// An event as it is kept.
pub(crate) type Event = Arc<dyn Any + Send + Sync>;

/// A session, as something that only those know who made it.
pub(crate) type AnySession = Arc<dyn Any + Send + Sync>;

/// A store in which something is kept that was made for a session.
pub(crate) trait ForgetsSessions: Send + Sync {
    /// Forgets what was made for it. What leaves is handed back, to be let go by dropping it.
    fn forget_session(&self, session: Key) -> Box<dyn Any>;
}

/// Something outside a function that its result may depend on.
pub(crate) trait Source: Send + Sync {
    /// Unlike every other's.
    fn id(&self) -> u64;

    /// Stands for what would be read here and now. Asked under the lock of a store.
    fn state(&self) -> Key;

    /// The key of the session that this ends with, so that what was made for it leaves then.
    fn ends_with(&self) -> Option<Key> {
        None
    }

    /// The same for bodies that have entered the session: `None` if it is nothing to them where they are called.
    fn from_outside(self: Arc<Self>, session: &AnySession) -> Option<Arc<dyn Source>>;

    /// A value that depends on this is about to be kept in a store; `false` if the state it was made for is over.
    fn is_kept_in(&self, _store: &Arc<dyn ForgetsSessions>) -> bool {
        true
    }
}

/// A source that was read, and what stood for what was read.
#[derive(Clone)]
pub(crate) struct Read {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) state: Key,
}

impl Read {
    fn is_current(&self) -> bool {
        self.source.state() == self.state
    }
}

/// The log of a body that runs.
#[derive(Default)]
pub(crate) struct DependencyLog {
    /// In the order of the first reads.
    reads: Vec<Read>,
    /// A source was read twice and had changed: the result belongs to no state of it.
    is_torn: bool,
    events: Events,
}

/// The part of the log that is kept with the result.
pub(crate) struct Dependencies {
    /// The key that is made of the arguments alone.
    pub(crate) base: Key,
    pub(crate) reads: Vec<Read>,
    events: Events,
    /// The key of the value itself, with `check_mutation`.
    pub(crate) content: Option<Key>,
}

/// The events that a body raised. Each is the user's, and so is what is run when it is dropped: a panic of one does not
/// cost the others their end.
#[derive(Default)]
struct Events(Vec<Event>);

impl Drop for Events {
    fn drop(&mut self) {
        for event in self.0.drain(..) {
            contain(|| drop(event));
        }
    }
}

/// The result belongs to no state of what was read.
pub(crate) struct Inconsistent;

/// The dependencies in an entry. They are given up when the entry leaves, while the index frees the entry some time
/// later and with its own work under way: events are the user's, and so is what is run when they are dropped.
pub(crate) struct StoredDependencies(Option<Box<Mutex<Option<Arc<Dependencies>>>>>);

/// The entry has left.
pub(crate) struct Released;

impl StoredDependencies {
    pub(crate) fn new(recorded: Option<Dependencies>) -> Self {
        Self(recorded.map(|recorded| Box::new(Mutex::new(Some(Arc::new(recorded))))))
    }

    /// Is there one, or was there?
    #[inline]
    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn get(&self) -> Result<Option<Arc<Dependencies>>, Released> {
        match &self.0 {
            None => Ok(None),
            Some(recorded) => recorded.lock().clone().map(Some).ok_or(Released),
        }
    }

    pub(crate) fn release(&self) {
        if let Some(recorded) = &self.0 {
            let recorded = recorded.lock().take();
            contain(|| drop(recorded));
        }
    }
}

impl DependencyLog {
    /// Writes down what was read; was that known?
    pub(crate) fn read(&mut self, read: &Read) -> bool {
        let Some(before) = self.reads.iter().find(|before| before.source.id() == read.source.id()) else {
            self.reads.push(read.clone());
            return false;
        };
        self.is_torn |= before.state != read.state;
        before.state == read.state
    }

    pub(crate) fn raised<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        self.events.0.extend(events.into_iter().cloned());
    }

    /// Would what was read be read here?
    pub(crate) fn is_current(&self) -> bool {
        self.reads.iter().all(Read::is_current)
    }

    /// Are these the reads that were kept?
    pub(crate) fn has_read_as(&self, kept: Option<&Dependencies>) -> bool {
        let kept = kept.map_or(&[][..], |kept| &kept.reads);
        let states = |reads: &[Read]| {
            let mut states: Vec<_> = reads.iter().map(|read| (read.source.id(), read.state.bits())).collect();
            states.sort_unstable();
            states
        };
        states(&self.reads) == states(kept)
    }

    /// Are these events of the types that were kept, in that order?
    pub(crate) fn has_raised_as(&self, kept: Option<&Dependencies>) -> bool {
        let kept = kept.map_or(&[][..], Dependencies::events);
        let types = |events: &[Event]| events.iter().map(|event| (**event).type_id()).collect::<Vec<_>>();
        types(&self.events.0) == types(kept)
    }

    pub(crate) fn reads_nothing(&self) -> bool {
        self.reads.is_empty()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.events.0.is_empty()
    }

    /// The dependencies to be kept.
    pub(crate) fn finish(self, base: Key) -> Result<Dependencies, Inconsistent> {
        let Self { reads, is_torn, events } = self;
        if is_torn { Err(Inconsistent) } else { Ok(Dependencies { base, reads, events, content: None }) }
    }
}

impl Dependencies {
    pub(crate) const NOTHING: Self =
        Self { base: Key::new(0), reads: Vec::new(), events: Events(Vec::new()), content: None };

    /// Of what no body made: it depends on this, if on anything.
    pub(crate) fn primed(base: Key, reads: Vec<Read>) -> Option<Self> {
        (!reads.is_empty()).then_some(Self { base, reads, ..Self::NOTHING })
    }

    pub(crate) fn with_content(mut self, content: Option<Key>) -> Self {
        self.content = content;
        self
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events.0
    }

    /// Would the body read here and now what it read then?
    pub(crate) fn is_current(&self) -> bool {
        self.reads.iter().all(Read::is_current)
    }
}
