//! Values that stay on their thread, because they cannot be sent or shared.
//!
//! The cache keeps a note of where such a value stands instead of it. So all that holds for other values holds for these,
//! and the handle of their function may be used on any thread. What another thread lets go is dropped by the thread that
//! has it, when that calls such a function again or ends.

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
use crate::value::kept::Held;
use crate::value::removal::{RemovalCause, Told};
use crate::value::shape::Passed;

/// What one thread has of its own.
#[derive(Default)]
struct Shelf {
    values: RefCell<HashMap<u64, Rc<dyn Shelved>>>,
    /// By the addresses of their functions.
    stores: RefCell<HashMap<usize, Arc<dyn Closes>>>,
    left: Arc<Left>,
}

/// What others let go of a thread's values, and why.
type Left = Mutex<Vec<(u64, RemovalCause)>>;

thread_local! {
    static SHELF: Shelf = Shelf::default();
}

/// A store of this thread.
pub(crate) trait Closes: Any + Send + Sync {
    /// From now on it keeps nothing. What leaves is handed back, to be let go by dropping it.
    fn close(&self) -> Box<dyn Any>;
}

/// A value on a shelf.
trait Shelved: Any {
    /// It is kept from now on.
    fn is_put(&self);

    /// Its note is gone: told once, if it was kept.
    fn release(&self, cause: RemovalCause);
}

struct OnShelf<V> {
    value: V,
    was_kept: Cell<bool>,
    told: Told<V>,
}

impl<V: 'static> Shelved for OnShelf<V> {
    fn is_put(&self) {
        self.was_kept.set(true);
    }

    fn release(&self, cause: RemovalCause) {
        if self.was_kept.get() {
            self.told.tell(&self.value, cause);
        }
    }
}

/// A note of where a value stands, which leaves with it.
pub(crate) struct Note<V> {
    id: u64,
    left: Arc<Left>,
    has_left: AtomicBool,
    of: PhantomData<fn() -> V>,
}

impl<V: Clone + 'static> Note<V> {
    /// Puts a value on the shelf of this thread. If the thread is ending, the note leads nowhere.
    pub(crate) fn of(value: &V, told: Told<V>) -> Self {
        let id = next_id();
        let value = Rc::new(OnShelf { value: value.clone(), was_kept: Cell::new(false), told });
        let left = SHELF.try_with(|shelf| {
            shelf.values.borrow_mut().insert(id, value);
            Arc::clone(&shelf.left)
        });
        Self { id, left: left.unwrap_or_default(), has_left: AtomicBool::new(false), of: PhantomData }
    }

    /// The value, if this is its thread.
    pub(crate) fn get(&self) -> Option<V> {
        let value = SHELF.try_with(|shelf| shelf.values.borrow().get(&self.id).cloned()).ok().flatten()?;
        // It may leave meanwhile, so that this is the last reference.
        let value = Contained::<Rc<dyn Any>>::new(value);
        value.downcast_ref::<OnShelf<V>>().map(|value| value.value.clone())
    }
}

impl<V> Note<V> {
    fn leave(&self, cause: RemovalCause) {
        if self.has_left.swap(true, Ordering::Relaxed) {
            return;
        }
        let is_here = SHELF.try_with(|shelf| Arc::ptr_eq(&shelf.left, &self.left));
        if is_here.unwrap_or(false) {
            take_off([(self.id, cause)]);
        } else {
            self.left.lock().push((self.id, cause));
        }
    }
}

impl<V> Drop for Note<V> {
    /// What was kept has been released; nobody is told of anything else.
    fn drop(&mut self) {
        self.leave(RemovalCause::ScopeEnded);
    }
}

impl<V: 'static> Held for Note<V> {
    fn is_lent(&self) -> bool {
        false
    }

    fn is_put(&self) {
        // That is done by the thread whose shelf it is.
        let _ = SHELF.try_with(|shelf| shelf.values.borrow().get(&self.id).map(|value| value.is_put()));
    }

    fn release(&self, _guards: &Guards, cause: RemovalCause) {
        self.leave(cause);
    }

    fn keep_alive(&self) -> Option<Contained<Passed>> {
        None
    }
}

/// Takes values off the shelf of this thread and lets them go.
fn take_off(gone: impl IntoIterator<Item = (u64, RemovalCause)>) {
    for (id, cause) in gone {
        let value = SHELF.try_with(|shelf| shelf.values.borrow_mut().remove(&id)).ok().flatten();
        if let Some(value) = value {
            let_go(value, cause);
        }
    }
}

fn let_go(value: Rc<dyn Shelved>, cause: RemovalCause) {
    value.release(cause);
    contain(|| drop(value));
}

/// The store of the function at this address on this thread, if it was used here.
pub(crate) fn store_of(function: usize) -> Option<Arc<dyn Closes>> {
    let (store, left) = SHELF
        .try_with(|shelf| {
            let store = shelf.stores.borrow().get(&function).cloned();
            (store, std::mem::take(&mut *shelf.left.lock()))
        })
        .ok()?;
    take_off(left);
    store
}

/// The same, made if there is none; `None` if the thread is ending.
pub(crate) fn make_store_of(function: usize, make: impl FnOnce() -> Arc<dyn Closes>) -> Option<Arc<dyn Closes>> {
    if let Some(store) = store_of(function) {
        return Some(store);
    }
    let new = make();
    SHELF.try_with(|shelf| Arc::clone(shelf.stores.borrow_mut().entry(function).or_insert(new))).ok()
}

/// Is what stands at `store` the store of a function on this thread?
pub(crate) fn is_here(function: usize, store: *const ()) -> bool {
    let is_here =
        |shelf: &Shelf| shelf.stores.borrow().get(&function).is_some_and(|here| Arc::as_ptr(here).cast() == store);
    SHELF.try_with(is_here).unwrap_or(false)
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let leaving: Vec<_> = self.stores.take().into_values().map(|store| store.close()).collect();
        drop(leaving);
        // Their notes find no shelf any more. Of some the notes are still there: others are letting them go.
        let left: HashMap<_, _> = std::mem::take(&mut *self.left.lock()).into_iter().collect();
        for (id, value) in self.values.take() {
            let_go(value, left.get(&id).copied().unwrap_or(RemovalCause::ScopeEnded));
        }
    }
}
