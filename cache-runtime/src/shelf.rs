//! Values that stay on their thread, because they cannot be sent or shared.
//!
//! The cache keeps a note of where such a value stands instead of it. So all that holds for other values holds for these,
//! and the handle of their function may be used on any thread. What another thread lets go is dropped by the thread that
//! has it, when that calls such a function again or ends.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::function::Function;
use crate::hazard::Guards;
use crate::kept::Held;
use crate::panics::contain;
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
type Left = Mutex<Vec<Gone>>;

/// A value whose note is gone.
#[derive(Clone, Copy)]
struct Gone {
    id: u64,
    /// It was kept, so `on_release` is told.
    was_kept: bool,
}

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
            contain(|| on_release(&self.value));
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
    pub(crate) fn of(value: &V, on_release: Option<fn(&V)>) -> Self {
        let id = next_id();
        let value = Rc::new(Value { value: value.clone(), on_release });
        let left = SHELF.try_with(|shelf| {
            shelf.values.borrow_mut().insert(id, value);
            Arc::clone(&shelf.left)
        });
        Self { id, left: left.unwrap_or_default(), has_left: AtomicBool::new(false), of: PhantomData }
    }

    /// The value, if this is its thread.
    pub(crate) fn get(&self) -> Option<V> {
        let value = SHELF.try_with(|shelf| shelf.values.borrow().get(&self.id).cloned()).ok().flatten()?;
        let value: Rc<dyn Any> = value;
        value.downcast_ref::<Value<V>>().map(|value| value.value.clone())
    }
}

impl<V> Note<V> {
    fn leave(&self, was_kept: bool) {
        if self.has_left.swap(true, Ordering::Relaxed) {
            return;
        }
        let gone = Gone { id: self.id, was_kept };
        let is_here = SHELF.try_with(|shelf| Arc::ptr_eq(&shelf.left, &self.left));
        if is_here.unwrap_or(false) {
            take_off([gone]);
        } else {
            self.left.lock().push(gone);
        }
    }
}

impl<V> Drop for Note<V> {
    /// What did not leave the cache was never kept.
    fn drop(&mut self) {
        self.leave(false);
    }
}

impl<V: 'static> Held for Note<V> {
    fn is_lent(&self) -> bool {
        false
    }

    fn release(&self, _guards: &Guards) {
        self.leave(true);
    }

    fn keep_alive(&self) -> Option<Passed> {
        None
    }
}

/// Takes values off the shelf of this thread and lets them go.
fn take_off(gone: impl IntoIterator<Item = Gone>) {
    for Gone { id, was_kept } in gone {
        let value = SHELF.try_with(|shelf| shelf.values.borrow_mut().remove(&id)).ok().flatten();
        if let Some(value) = value {
            let_go(value, was_kept);
        }
    }
}

fn let_go(value: Rc<dyn Shelved>, was_kept: bool) {
    if was_kept {
        value.release();
    }
    contain(|| drop(value));
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
    let is_here =
        |shelf: &Shelf| shelf.stores.borrow().get(&function.address()).is_some_and(|here| Arc::ptr_eq(here, store));
    SHELF.try_with(is_here).unwrap_or(false)
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let leaving: Vec<_> = self.stores.take().into_values().map(|store| store.close()).collect();
        // What these let go is written down: they find no shelf any more.
        drop(leaving);
        let mut values = self.values.take();
        for Gone { id, was_kept } in std::mem::take(&mut *self.left.lock()) {
            if let Some(value) = values.remove(&id) {
                let_go(value, was_kept);
            }
        }
        for value in values.into_values() {
            let_go(value, false);
        }
    }
}
