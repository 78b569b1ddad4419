//! Which loads run, and which of them will be kept.
//!
//! A load is kept only if it still stands here when it ends. A clear strikes it out; so a clear wins against whatever
//! runs while it is made, without any counting of generations.

use std::collections::HashMap;
use std::sync::Arc;

use crate::context::run::Run;
use crate::flight::waiting::Flight;
use crate::key::{BuildAlreadyHashed, Key, Keys};
use crate::store::entry_tags::{EntryTags, Tags};
use crate::store::eviction::policy::Policy;
use crate::store::variants::Variants;
use crate::value::stored_entry::StoredEntry;

/// The loads of one key.
struct Loads {
    /// The key that is made of the arguments alone.
    base: Key,
    /// How many run, those that will not be kept among them.
    running: usize,
    /// The one that others may wait for, with those that run in its place.
    flight: Option<Arc<Flight>>,
    /// The ids of those that run for themselves and will be kept: refreshes, and all where `single_flight = false`.
    solos: Vec<u64>,
}

/// A load, as it stands here.
#[derive(Clone, Copy)]
pub(crate) struct Listed<'a> {
    pub(crate) id: u64,
    pub(crate) keys: Keys,
    /// That it belongs to; it runs for itself if there is none.
    pub(crate) flight: Option<&'a Arc<Flight>>,
}

#[derive(Default)]
pub(crate) struct StoreState {
    loads: HashMap<Key, Loads, BuildAlreadyHashed>,
    /// How many run for a key that is not made of the arguments alone.
    with_variants: usize,
    /// The ways to entries that depend on more than arguments.
    pub(crate) variants: Variants,
    /// Which entries have which tags of their own.
    pub(crate) tags: EntryTags,
    /// The store is that of a session or a thread that is over.
    pub(crate) is_closed: bool,
    /// Other stores are being cleared together with this one: until all are, no load begins.
    pub(crate) is_being_cleared: bool,
    /// Built when the first entry needs it.
    pub(crate) policy: Option<Policy>,
}

impl Loads {
    fn stands(&self, load: Listed<'_>) -> bool {
        match load.flight {
            Some(own) => self.flight.as_ref().is_some_and(|flight| Arc::ptr_eq(flight, own)),
            None => self.solos.contains(&load.id),
        }
    }

    /// Nothing of these is to be kept; do any run?
    fn disown(&mut self) -> bool {
        self.flight = None;
        self.solos.clear();
        self.running > 0
    }
}

impl StoreState {
    pub(crate) fn flight(&self, key: &Key) -> Option<&Arc<Flight>> {
        self.loads.get(key)?.flight.as_ref()
    }

    /// Does nothing run, and has nothing been left behind?
    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn is_idle(&self) -> bool {
        self.loads.is_empty() && self.with_variants == 0 && self.tags.is_idle()
    }

    /// Does any load of this key run, be it to be kept or not?
    pub(crate) fn is_running(&self, key: &Key) -> bool {
        self.loads.get(key).is_some_and(|loads| loads.running > 0)
    }

    /// A load begins.
    pub(crate) fn enter(&mut self, load: Listed<'_>) {
        let Keys { base, full } = load.keys;
        self.with_variants += usize::from(base != full);
        let new = || Loads { base, running: 0, flight: None, solos: Vec::new() };
        let loads = self.loads.entry(full).or_insert_with(new);
        loads.running += 1;
        match load.flight {
            Some(flight) => loads.flight = Some(Arc::clone(flight)),
            None => loads.solos.push(load.id),
        }
    }

    /// Strikes out a load that has ended; would what it made be kept? Unless its flight is over for all who wait, they may
    /// still run in its place.
    pub(crate) fn strike_out(&mut self, load: Listed<'_>, is_over: bool) -> bool {
        let Keys { base, full } = load.keys;
        let Some(loads) = self.loads.get_mut(&full) else { return false };
        self.with_variants -= usize::from(base != full);
        let stands = loads.stands(load);
        loads.running -= 1;
        match load.flight {
            Some(flight) if stands && (is_over || flight.is_last()) => loads.flight = None,
            Some(_) => {}
            None => loads.solos.retain(|id| *id != load.id),
        }
        self.forget_idle(full);
        stands && !self.is_closed
    }

    /// The result of this load is kept: what began before it has seen older things, and is not to be kept after it.
    pub(crate) fn disown_before(&mut self, load: Listed<'_>) {
        let Some(loads) = self.loads.get_mut(&load.keys.full) else { return };
        loads.solos.retain(|id| *id > load.id);
        loads.flight.take_if(|flight| flight.id < load.id);
        self.forget_idle(load.keys.full);
    }

    /// Those who ran for a flight, or were to, gave up.
    pub(crate) fn forget_idle_flight(&mut self, key: Key) {
        if let Some(loads) = self.loads.get_mut(&key) {
            loads.flight.take_if(|flight| flight.is_idle());
            self.forget_idle(key);
        }
    }

    fn forget_idle(&mut self, key: Key) {
        if self.loads.get(&key).is_some_and(|loads| loads.running == 0 && loads.flight.is_none()) {
            self.loads.remove(&key);
        }
    }

    /// Whatever runs for these arguments is not to be kept.
    pub(crate) fn disown(&mut self, base: Key) {
        if self.with_variants > 0 {
            self.loads.retain(|_, loads| loads.base != base || loads.disown());
        } else if self.loads.get_mut(&base).is_some_and(|loads| !loads.disown()) {
            self.loads.remove(&base);
        }
    }

    /// An entry left: the way to it is not needed any more.
    pub(crate) fn prune(&mut self, kept: &StoredEntry) {
        if let Ok(Some(recorded)) = kept.record.get() {
            self.variants.prune(recorded.base, &recorded.reads);
        }
    }

    /// Takes down the tags of what a load will make; not while other stores are being cleared.
    pub(crate) fn tell_tags(&mut self, run: &Run, tags: &mut Option<Tags>) -> bool {
        if !self.is_being_cleared {
            self.tags.said(run.key(), run.id, tags.take());
        }
        !self.is_being_cleared
    }

    /// Whatever runs for an entry that may have this tag is not to be kept.
    pub(crate) fn disown_tagged(&mut self, tag: &str) {
        let Self { loads, tags, .. } = self;
        loads.retain(|key, loads| !tags.may_come(tag, key) || loads.disown());
    }

    /// Whatever runs is not to be kept.
    pub(crate) fn disown_all(&mut self) {
        self.loads.retain(|_, loads| loads.disown());
    }
}
