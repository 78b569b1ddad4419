//! Inputs: values that bodies read besides their arguments, as one more part of the key.

use std::any::{Any, type_name};
use std::fmt;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use parking_lot::Mutex;
use serde::Serialize;

use crate::context::{frame, isolation, tracking};
use crate::function::session;
use crate::key::Key;
use crate::sys::ids::next_id;
use crate::sys::panics::Contained;
use crate::value::dependencies::{AnySession, ForgetsSessions, Read, Source};
use crate::value::thread_local::Closable;

/// A value that the bodies of cached functions may read without being given it: what a user chose, a setting, a filter.
///
/// The value that a body reads is part of the key, found out while the body runs. Change the input, and the functions
/// whose results depend on it run again; change it back, and what was kept is served. What nested cached functions read
/// counts for those around them, on their hits too. An input that is read in some cases only counts for the results of
/// these. A body that reads an input twice and finds it changed in between is not kept.
///
/// ```
/// use cache_runtime::{Input, cache_data};
///
/// static ZOOM: Input<f64> = Input::new(|| 1.0);
///
/// #[cache_data]
/// fn width(pixels: u32) -> f64 {
///     f64::from(pixels) * ZOOM.get()
/// }
///
/// assert_eq!(width(100), 100.0);
/// ZOOM.set(2.0);
/// assert_eq!(width(100), 200.0);
/// ZOOM.set(1.0);
/// assert_eq!(width(100), 100.0); // served
/// assert_eq!(WIDTH.stats().misses, 2);
/// ```
///
/// Each result counts as an entry: `len`, `max_entries` and lifetimes hold for all of them. Reads on threads that a
/// body starts itself are noticed if its [surroundings](crate::Surroundings) were carried there.
pub struct Input<T> {
    initial: fn() -> T,
    /// Unlike every other's.
    id: OnceCell<u64>,
    /// Outside of isolations.
    shared: OnceCell<Arc<Shared<T>>>,
}

/// An input, as all have it or those in one isolation.
struct Shared<T> {
    id: u64,
    global: Mutex<State<T>>,
}

/// A value and what stands for it, made once when it is set.
struct State<T> {
    value: Arc<T>,
    key: Key,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), key: self.key }
    }
}

impl<T: Serialize> State<T> {
    fn new(value: T) -> Self {
        let key = Key::of(&value);
        Self { value: Arc::new(value), key }
    }
}

impl<T: Send + Sync + 'static> Source for Shared<T> {
    fn id(&self) -> u64 {
        self.id
    }

    /// No value is cloned for it: what is set meanwhile would be dropped here, under the lock of the store.
    fn state(&self) -> Key {
        self.see(session::current().as_deref(), |state| state.key)
    }

    fn from_outside(self: Arc<Self>, session: &AnySession) -> Option<Arc<dyn Source>> {
        Some(Arc::new(OfSession { input: self, session: session::of(session)? }))
    }
}

impl<T: Send + Sync + 'static> Closable for Shared<T> {
    fn close(&self) -> Box<dyn Any> {
        Box::new(())
    }
}

impl<T: Send + Sync + 'static> Shared<T> {
    /// The value in a session, if it was set there, or else that of all.
    fn see<R>(&self, session: Option<&session::SessionState>, see: impl Fn(&State<T>) -> R) -> R {
        let own = session.and_then(|session| session.see_value_of(self.id, |own| own.downcast_ref().map(&see)));
        own.flatten().unwrap_or_else(|| see(&self.global.lock()))
    }
}

/// An input as a body reads it that enters a session by itself: what it is elsewhere does not matter.
struct OfSession<T> {
    input: Arc<Shared<T>>,
    session: Arc<session::SessionState>,
}

impl<T: Send + Sync + 'static> Source for OfSession<T> {
    fn id(&self) -> u64 {
        self.session.id_of(self.input.id)
    }

    fn state(&self) -> Key {
        self.input.see(Some(&self.session), |state| state.key)
    }

    fn ends_with(&self) -> Option<Key> {
        Some(self.session.state())
    }

    fn from_outside(self: Arc<Self>, _session: &AnySession) -> Option<Arc<dyn Source>> {
        Some(self)
    }

    fn is_kept_in(&self, store: &Arc<dyn ForgetsSessions>) -> bool {
        self.session.enlist(store)
    }
}

impl<T: Serialize + Clone + Send + Sync + 'static> Input<T> {
    /// An input whose value is `initial()` until it is set.
    #[must_use]
    pub const fn new(initial: fn() -> T) -> Self {
        Self { initial, id: OnceCell::new(), shared: OnceCell::new() }
    }

    fn shared(&self) -> Arc<Shared<T>> {
        let Some(isolation) = isolation::current() else { return Arc::clone(self.shared_by_all()) };
        let id = *self.id.get_or_init(next_id);
        // Where that is over, nobody else asks for it.
        isolation.make_part(id, || self.begin()).unwrap_or_else(|| Arc::new(self.begin()))
    }

    fn shared_by_all(&self) -> &Arc<Shared<T>> {
        if let Some(shared) = self.shared.get() {
            return shared;
        }
        let begun = self.begin();
        self.shared.get_or_init(|| Arc::new(begun))
    }

    fn begin(&self) -> Shared<T> {
        // This is the user's code: nobody is to wait for it.
        let Some(state) = frame::making(self, || State::new((self.initial)())) else { recursive::<T>() };
        Shared { id: next_id(), global: Mutex::new(state) }
    }

    /// A clone of the value. The bodies of cached functions around this call depend on it from now on.
    ///
    /// # Panics
    /// Panics if the `Serialize` of the initial value reports an error.
    ///
    /// ```
    /// use cache_runtime::Input;
    ///
    /// static NAME: Input<String> = Input::new(|| "Ada".to_owned());
    ///
    /// assert_eq!(NAME.get(), "Ada");
    /// ```
    pub fn get(&self) -> T {
        let shared = self.shared();
        let State { value, key } = shared.see(session::current().as_deref(), State::clone);
        if tracking::is_made() {
            tracking::read(&Read { source: shared, state: key });
        }
        // It may be replaced meanwhile, so that this is the last reference.
        let value = Contained::new(value);
        T::clone(&value)
    }

    /// Changes the value, for all who read it from now on; inside a [`Session`](crate::Session) for those inside it.
    ///
    /// # Panics
    /// Panics if the value's `Serialize` reports an error; the input is then as before.
    ///
    /// ```
    /// use cache_runtime::Input;
    ///
    /// static LEVEL: Input<u8> = Input::new(|| 1);
    ///
    /// LEVEL.set(2);
    /// assert_eq!(LEVEL.get(), 2);
    /// ```
    pub fn set(&self, value: T) {
        let state = State::new(value);
        let shared = self.shared();
        if let Some(session) = session::current() {
            session.set(shared.id, Arc::new(state));
            return;
        }
        let before = std::mem::replace(&mut *shared.global.lock(), state);
        // That may run the user's code.
        drop(before);
    }
}

fn recursive<T>() -> ! {
    let input = type_name::<T>();
    match tracking::innermost_function() {
        Some(function) => panic!(
            "recursive call of `{function}`: an `Input<{input}>` that it reads is read to make its own initial value"
        ),
        None => panic!("an `Input<{input}>` is read to make its own initial value"),
    }
}

impl<T> fmt::Debug for Input<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}
