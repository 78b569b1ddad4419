//! Sessions: entries and inputs of one user, or of one run of something, gone when it is over.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Weak};

use once_cell::sync::OnceCell;
use parking_lot::Mutex;
use xxhash_rust::xxh3::xxh3_64;

use crate::context::frame::{self, Frame};
use crate::context::tracking;
use crate::key::Key;
use crate::store::entries::Store;
use crate::sys::ids::next_id;
use crate::sys::panics::contain;
use crate::value::dependencies::{AnySession, ForgetsSessions, Read, Source};
use crate::value::thread_local::{Closable as _, Place};

/// A session: what functions with `scope = "session"` keep inside it is kept for it alone, and the
/// [inputs](crate::Input) that are set inside it have their values there only.
///
/// Clones are the same session. When the last one is dropped, its entries leave, and `on_release` is told of each. A body that still runs then returns to its
/// caller and is not kept.
///
/// ```
/// use cache_runtime::{Input, Session, cache_data};
///
/// static NAME: Input<String> = Input::new(|| "nobody".to_owned());
///
/// #[cache_data(scope = "session")]
/// fn greeting() -> String {
///     format!("Hello {}", NAME.get())
/// }
///
/// let (ada, grace) = (Session::new(), Session::new());
/// ada.enter(|| NAME.set("Ada".to_owned()));
/// assert_eq!(ada.enter(greeting), "Hello Ada");
/// assert_eq!(grace.enter(greeting), "Hello nobody");
/// assert_eq!(GREETING.len(), 2);
/// drop(ada);
/// assert_eq!(GREETING.len(), 1);
/// assert_eq!(greeting(), "Hello nobody"); // outside it just runs
/// ```
#[derive(Clone)]
pub struct Session(Arc<Owner>);

/// Decides how long a session lasts.
struct Owner(Arc<SessionState>);

/// The state of a session, also while a future of it outlives it.
pub(crate) struct SessionState {
    id: u64,
    owner: OnceCell<Weak<Owner>>,
    /// `None` when the session is over.
    values: Mutex<Option<Values>>,
    /// `None` when the session is over.
    stores: Mutex<Option<Stores>>,
}

#[derive(Default)]
struct Stores {
    /// Those of its own.
    own: HashMap<Place, Arc<Store>>,
    /// Those of all in which something is kept that was made for it, by their addresses.
    shared: HashMap<usize, Weak<dyn ForgetsSessions>>,
}

impl Session {
    /// A session in which nothing is kept and no input set.
    #[must_use]
    pub fn new() -> Self {
        let stores = Mutex::new(Some(Stores::default()));
        let values = Mutex::new(Some(Values::new()));
        let state = Arc::new(SessionState { id: next_id(), owner: OnceCell::new(), values, stores });
        let owner = Arc::new(Owner(Arc::clone(&state)));
        state.owner.get_or_init(|| Arc::downgrade(&owner));
        Self(owner)
    }

    /// The session around this call, if there is one that is not over. Whoever has it keeps it from ending.
    ///
    /// ```
    /// use cache_runtime::{Session, cache_data};
    ///
    /// #[cache_data(scope = "session")]
    /// fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// assert!(Session::current().is_none());
    /// Session::new().enter(|| {
    ///     let session = Session::current().unwrap();
    ///     std::thread::spawn(move || session.enter(answer)).join().unwrap();
    ///     assert!(ANSWER.entry().contains());
    /// });
    /// ```
    #[must_use]
    pub fn current() -> Option<Self> {
        current()?.owner.get()?.upgrade().map(Self)
    }

    /// Runs `f` inside the session, on this thread. A session may be entered on many threads at a time, and another one
    /// inside it, which then counts alone.
    ///
    /// ```
    /// use cache_runtime::{Session, cache_data};
    ///
    /// #[cache_data(scope = "session")]
    /// fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// let session = Session::new();
    /// assert_eq!(session.enter(|| answer() + answer()), 84);
    /// assert_eq!(ANSWER.stats().misses, 1);
    /// ```
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        frame::within(Frame::Session(self.any()), f)
    }

    /// [`enter`](Self::enter) for a future, wherever it is polled. It does not keep the session from being dropped:
    /// what it calls afterwards just runs.
    ///
    /// ```
    /// use cache_runtime::{Session, cache_data};
    ///
    /// #[cache_data(scope = "session")]
    /// async fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let session = Session::new();
    /// assert_eq!(session.enter_async(async { answer().await + answer().await }).await, 84);
    /// # });
    /// ```
    pub fn enter_async<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let frame = Frame::Session(self.any());
        async { frame::within_async(frame, pin!(Some(future))).await }
    }
}

impl Session {
    fn any(&self) -> AnySession {
        Arc::clone(&self.0.0) as AnySession
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let Stores { own, shared } = self.0.stores.lock().take().unwrap_or_default();
        // Values that leave run the user's code, and that is not to find the rest of a session that is over.
        let mut retired: Vec<Box<dyn Any>> = own.values().map(|store| Box::new(store.close()) as _).collect();
        let session = self.0.state();
        retired.extend(shared.values().filter_map(Weak::upgrade).map(|store| store.forget_session(session)));
        drop(retired);
        // Values of inputs are the user's, and dropped with nothing locked.
        let values = self.0.values.lock().take();
        for value in values.into_iter().flat_map(Values::into_values) {
            contain(|| drop(value));
        }
    }
}

/// The values of a session's inputs, by input.
type Values = HashMap<u64, Arc<dyn Any + Send + Sync>>;

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.0.0.id).finish()
    }
}

/// The session around this call.
pub(crate) fn current() -> Option<Arc<SessionState>> {
    frame::find_but_loads(|frame| match frame {
        Frame::Session(session) => of(session),
        _ => None,
    })
}

/// The session that a frame is about.
pub(crate) fn of(session: &AnySession) -> Option<Arc<SessionState>> {
    Arc::clone(session).downcast().ok()
}

/// Which session it is, as something that bodies read: a body that calls a function of the session, but is itself kept
/// for all, must not be served to another session.
struct Which(Option<Arc<SessionState>>);

/// No input has this id.
const WHICH: u64 = 0;

impl Source for Which {
    fn id(&self) -> u64 {
        WHICH
    }

    fn state(&self) -> Key {
        current().map_or(Key::new(0), |session| session.state())
    }

    fn ends_with(&self) -> Option<Key> {
        self.0.as_ref().map(|session| session.state())
    }

    /// Who enters a session is in that one wherever it is called.
    fn from_outside(self: Arc<Self>, _session: &AnySession) -> Option<Arc<dyn Source>> {
        None
    }

    fn is_kept_in(&self, store: &Arc<dyn ForgetsSessions>) -> bool {
        self.0.as_ref().is_none_or(|session| session.enlist(store))
    }
}

/// The bodies around this call depend on which session it is made in.
pub(crate) fn read() {
    if tracking::is_made() {
        tracking::read(&which(current()));
    }
}

fn which(session: Option<Arc<SessionState>>) -> Read {
    let source = Arc::new(Which(session));
    let state = source.ends_with().unwrap_or(Key::new(0));
    Read { source, state }
}

/// The reads to be assumed for what is made inside a session without a body, of a function whose bodies read things:
/// what is known of its arguments, and which session it is unless that is known to be all. Nothing outside of sessions.
pub(crate) fn reads_of_primed(store: &Store, base: Key) -> Vec<Read> {
    let Some(session) = current() else { return Vec::new() };
    let Some((mut reads, is_known)) = store.known_reads(base) else { return Vec::new() };
    let which = which(Some(session));
    if let Some(read) = reads.iter_mut().find(|read| read.source.id() == WHICH) {
        // The source on the way is that of whoever went it first.
        *read = which;
    } else if reads.is_empty() || !is_known {
        reads.push(which);
    }
    reads
}

impl SessionState {
    /// Stands for the session.
    pub(crate) fn state(&self) -> Key {
        Key::new(self.id.into())
    }

    /// Stands for an input in this session.
    pub(crate) fn id_of(&self, input: u64) -> u64 {
        let ids = [self.id.to_le_bytes(), input.to_le_bytes()];
        xxh3_64(ids.as_flattened())
    }

    /// Something is about to be kept in a store that was made for the session; `false` if it is over.
    pub(crate) fn enlist(&self, store: &Arc<dyn ForgetsSessions>) -> bool {
        let mut stores = self.stores.lock();
        let Some(Stores { shared, .. }) = &mut *stores else { return false };
        if shared.len() == shared.capacity() {
            shared.retain(|_, store| store.strong_count() > 0);
        }
        shared.entry(Arc::as_ptr(store).addr()).or_insert_with(|| Arc::downgrade(store));
        true
    }

    /// Shows what an input was set to here; `see` must not run the user's code.
    pub(crate) fn see_value_of<R>(&self, input: u64, see: impl FnOnce(&(dyn Any + Send + Sync)) -> R) -> Option<R> {
        self.values.lock().as_ref()?.get(&input).map(|value| see(&**value))
    }

    pub(crate) fn set(&self, input: u64, value: Arc<dyn Any + Send + Sync>) {
        let mut value = Some(value);
        let before = self.values.lock().as_mut().and_then(|values| values.insert(input, value.take()?));
        // That may run the user's code.
        drop((before, value));
    }

    /// The store of a function; `None` if it was not used here or the session is over.
    pub(crate) fn store_of(&self, place: Place) -> Option<Arc<Store>> {
        self.stores.lock().as_ref()?.own.get(&place).cloned()
    }

    /// The same, made if there is none; `None` if the session is over.
    pub(crate) fn make_store_of(&self, place: Place, make: impl FnOnce() -> Arc<Store>) -> Option<Arc<Store>> {
        if let Some(store) = self.store_of(place) {
            return Some(store);
        }
        // This runs the user's code: options may be expressions.
        let new = make();
        let mut stores = self.stores.lock();
        let own = &mut stores.as_mut()?.own;
        if own.len() == own.capacity() {
            // Those for isolations that are over.
            own.retain(|_, store| !store.is_closed());
        }
        Some(Arc::clone(own.entry(place).or_insert(new)))
    }
}
