//! Values that stay on their thread, because they cannot be sent or shared.
//!
//! The cache keeps a reference to such a value instead of it. So all that holds for other values holds for these,
//! and the handle of their function may be used on any thread. What another thread lets go is dropped by the thread
//! that has it, when that calls such a function again or ends.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::sys::hazard::Guards;
use crate::sys::ids::next_id;
use crate::sys::panics::{Contained, contain};
use crate::value::removal::{Listeners, RemovalCause};
use crate::value::return_kind::Passed;
use crate::value::stored_entry::StoredValue;

/// The values and stores of one thread.
#[derive(Default)]
struct ThreadLocals {
    values: RefCell<HashMap<u64, Rc<dyn AnyThreadLocal>>>,
    stores: RefCell<HashMap<Place, Arc<dyn Closable>>>,
    left: Arc<Returned>,
}

/// Values of a thread that others let go of, and why.
type Returned = Mutex<Vec<(u64, RemovalCause)>>;

/// The address of a function, and the id of the isolation that a store of it is for, or 0.
pub(crate) type Place = (usize, u64);

thread_local! {
    static THREAD_LOCALS: ThreadLocals = ThreadLocals::default();
}

/// Something that is kept for as long as something else lasts, as the store of a thread.
pub(crate) trait Closable: Any + Send + Sync {
    /// From now on it keeps nothing. What leaves is handed back, to be let go by dropping it.
    fn close(&self) -> Box<dyn Any>;

    /// Does it keep nothing any more?
    fn is_closed(&self) -> bool {
        false
    }
}

/// A value that stays on its thread.
trait AnyThreadLocal: Any {
    /// It is kept from now on.
    fn is_put(&self);

    /// The reference to it is gone: told once, if it was kept.
    fn release(&self, cause: RemovalCause);
}

struct ThreadLocalValue<V> {
    value: V,
    was_kept: Cell<bool>,
    told: Listeners<V>,
}

impl<V: 'static> AnyThreadLocal for ThreadLocalValue<V> {
    fn is_put(&self) {
        self.was_kept.set(true);
    }

    fn release(&self, cause: RemovalCause) {
        if self.was_kept.get() {
            self.told.tell(&self.value, cause);
        }
    }
}

/// A reference to a value on its thread, which leaves with it.
pub(crate) struct ThreadLocalRef<V> {
    id: u64,
    left: Arc<Returned>,
    has_left: AtomicBool,
    of: PhantomData<fn() -> V>,
}

impl<V: Clone + 'static> ThreadLocalRef<V> {
    /// Stores a value on this thread. If the thread is ending, the reference leads nowhere.
    pub(crate) fn of(value: &V, told: Listeners<V>) -> Self {
        let id = next_id();
        let value = Rc::new(ThreadLocalValue { value: value.clone(), was_kept: Cell::new(false), told });
        let left = THREAD_LOCALS.try_with(|locals| {
            locals.values.borrow_mut().insert(id, value);
            Arc::clone(&locals.left)
        });
        Self { id, left: left.unwrap_or_default(), has_left: AtomicBool::new(false), of: PhantomData }
    }

    /// The value, if this is its thread.
    pub(crate) fn get(&self) -> Option<V> {
        let value = THREAD_LOCALS.try_with(|locals| locals.values.borrow().get(&self.id).cloned()).ok().flatten()?;
        // It may leave meanwhile, so that this is the last reference.
        let value = Contained::<Rc<dyn Any>>::new(value);
        value.downcast_ref::<ThreadLocalValue<V>>().map(|value| value.value.clone())
    }
}

impl<V> ThreadLocalRef<V> {
    fn leave(&self, cause: RemovalCause) {
        if self.has_left.swap(true, Ordering::Relaxed) {
            return;
        }
        let is_here = THREAD_LOCALS.try_with(|locals| Arc::ptr_eq(&locals.left, &self.left));
        if is_here.unwrap_or(false) {
            take_off([(self.id, cause)]);
        } else {
            self.left.lock().push((self.id, cause));
        }
    }
}

impl<V> Drop for ThreadLocalRef<V> {
    /// Kept values have been released; nobody is told of anything else.
    fn drop(&mut self) {
        self.leave(RemovalCause::ScopeEnded);
    }
}

impl<V: 'static> StoredValue for ThreadLocalRef<V> {
    fn is_lent(&self) -> bool {
        false
    }

    fn is_put(&self) {
        // That is done by the thread that has the value.
        let _ = THREAD_LOCALS.try_with(|locals| locals.values.borrow().get(&self.id).map(|value| value.is_put()));
    }

    fn release(&self, _guards: &Guards, cause: RemovalCause) {
        self.leave(cause);
    }

    fn keep_alive(&self) -> Option<Contained<Passed>> {
        None
    }
}

/// Takes values from this thread and lets them go.
fn take_off(gone: impl IntoIterator<Item = (u64, RemovalCause)>) {
    for (id, cause) in gone {
        let value = THREAD_LOCALS.try_with(|locals| locals.values.borrow_mut().remove(&id)).ok().flatten();
        if let Some(value) = value {
            let_go(value, cause);
        }
    }
}

fn let_go(value: Rc<dyn AnyThreadLocal>, cause: RemovalCause) {
    value.release(cause);
    contain(|| drop(value));
}

/// The store of a function on this thread, if it was used here.
pub(crate) fn store_of(place: Place) -> Option<Arc<dyn Closable>> {
    let (store, left) = THREAD_LOCALS
        .try_with(|locals| {
            let store = locals.stores.borrow().get(&place).cloned();
            (store, std::mem::take(&mut *locals.left.lock()))
        })
        .ok()?;
    take_off(left);
    store
}

/// The same, made if there is none; `None` if the thread is ending.
pub(crate) fn make_store_of(place: Place, make: impl FnOnce() -> Arc<dyn Closable>) -> Option<Arc<dyn Closable>> {
    if let Some(store) = store_of(place) {
        return Some(store);
    }
    let new = make();
    forget_closed();
    THREAD_LOCALS.try_with(|locals| Arc::clone(locals.stores.borrow_mut().entry(place).or_insert(new))).ok()
}

/// Stores of this thread that were for isolations which are over are not found any more: they need not be here.
pub(crate) fn forget_closed() {
    let closed = THREAD_LOCALS.try_with(|locals| {
        let mut stores = locals.stores.borrow_mut();
        let (closed, open) = stores.drain().partition(|(_, store)| store.is_closed());
        *stores = open;
        closed
    });
    drop::<Option<HashMap<_, _>>>(closed.ok());
}

/// Is what stands at `store` the store of a function on this thread?
pub(crate) fn is_here(place: Place, store: *const ()) -> bool {
    let is_here = |locals: &ThreadLocals| {
        locals.stores.borrow().get(&place).is_some_and(|here| Arc::as_ptr(here).cast() == store)
    };
    THREAD_LOCALS.try_with(is_here).unwrap_or(false)
}

impl Drop for ThreadLocals {
    fn drop(&mut self) {
        let retired: Vec<_> = self.stores.take().into_values().map(|store| store.close()).collect();
        drop(retired);
        // The references to them lead nowhere any more. Some are still there: others are letting them go.
        let left: HashMap<_, _> = std::mem::take(&mut *self.left.lock()).into_iter().collect();
        for (id, value) in self.values.take() {
            let_go(value, left.get(&id).copied().unwrap_or(RemovalCause::ScopeEnded));
        }
    }
}
