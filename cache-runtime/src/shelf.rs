//! Values that stay on their thread, because they cannot be sent or shared.
//!
//! The cache keeps a note of where such a value stands instead of it. So all that holds for other values holds for these,
//! and the handle of their function may be used on any thread. What another thread lets go is dropped by the thread that
//! has it, when that calls such a function again or ends.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::function::Function;
use crate::hazard::Guards;
use crate::kept::Held;
use crate::shape::Passed;
use crate::store::{Store, next_id};

/// What one thread has of its own.
#[derive(Default)]
struct Shelf {
    values: RefCell<HashMap<u64, Rc<dyn Shelved>>>,
    /// By function.
    stores: RefCell<HashMap<usize, Arc<Store>>>,
    left: Arc<Left>,
}

/// What others let go of a thread's values.
type Left = Mutex<Vec<u64>>;

thread_local! {
    static SHELF: Shelf = Shelf::default();
}

/// A value on a shelf.
trait Shelved: Any {
    /// It has left the cache: told once.
    fn release(&self);
}

struct Value<V> {
    value: V,
    on_release: Option<fn(&V)>,
}

impl<V: 'static> Shelved for Value<V> {
    fn release(&self) {
        if let Some(on_release) = self.on_release {
            drop(catch_unwind(AssertUnwindSafe(|| on_release(&self.value))));
        }
    }
}

/// A note of where a value stands.
pub(crate) struct Note<V> {
    id: u64,
    left: Arc<Left>,
    of: PhantomData<fn() -> V>,
}

impl<V: Clone + 'static> Note<V> {
    /// Puts a value on the shelf of this thread. If the thread is ending, the note leads nowhere.
    pub(crate) fn of(value: &V, on_release: Option<fn(&V)>) -> Self {
        let id = next_id();
        let value = Rc::new(Value { value: value.clone(), on_release });
        let left = SHELF.try_with(|shelf| {
            shelf.values.borrow_mut().insert(id, value);
            Arc::clone(&shelf.left)
        });
        Self { id, left: left.unwrap_or_default(), of: PhantomData }
    }

    /// The value, if this is its thread.
    pub(crate) fn get(&self) -> Option<V> {
        let value = SHELF.try_with(|shelf| shelf.values.borrow().get(&self.id).cloned()).ok().flatten()?;
        let value: Rc<dyn Any> = value;
        value.downcast_ref::<Value<V>>().map(|value| value.value.clone())
    }
}

impl<V: 'static> Held for Note<V> {
    fn is_lent(&self) -> bool {
        false
    }

    fn release(&self, _guards: &Guards) {
        let is_here = SHELF.try_with(|shelf| Arc::ptr_eq(&shelf.left, &self.left));
        if is_here.unwrap_or(false) {
            take_off([self.id]);
        } else {
            self.left.lock().push(self.id);
        }
    }

    fn keep_alive(&self) -> Option<Passed> {
        None
    }
}

/// Takes values off the shelf of this thread and lets them go.
fn take_off(ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        let value = SHELF.try_with(|shelf| shelf.values.borrow_mut().remove(&id)).ok().flatten();
        if let Some(value) = value {
            value.release();
            drop(catch_unwind(AssertUnwindSafe(|| drop(value))));
        }
    }
}

/// The store of a function on this thread, if it was used here.
pub(crate) fn store_of(function: &'static Function) -> Option<Arc<Store>> {
    let (store, left) = SHELF
        .try_with(|shelf| {
            let store = shelf.stores.borrow().get(&function.address()).cloned();
            (store, std::mem::take(&mut *shelf.left.lock()))
        })
        .ok()?;
    take_off(left);
    store
}

/// The same, made if there is none; `None` if the thread is ending.
pub(crate) fn make_store_of(function: &'static Function, make: impl FnOnce() -> Arc<Store>) -> Option<Arc<Store>> {
    if let Some(store) = store_of(function) {
        return Some(store);
    }
    let new = make();
    SHELF.try_with(|shelf| Arc::clone(shelf.stores.borrow_mut().entry(function.address()).or_insert(new))).ok()
}

/// Is this the store of a function on this thread?
pub(crate) fn is_here(function: &'static Function, store: &Arc<Store>) -> bool {
    store_of(function).is_some_and(|here| Arc::ptr_eq(&here, store))
}

impl Drop for Shelf {
    fn drop(&mut self) {
        for (_, store) in self.stores.take() {
            store.close();
        }
        // Their notes find no shelf any more.
        for (_, value) in self.values.take() {
            value.release();
            drop(catch_unwind(AssertUnwindSafe(|| drop(value))));
        }
    }
}
