//! A value that is dropped the moment it leaves.

use std::mem;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::sys::hazard::Guards;
use crate::sys::panics::{Contained, contain};
use crate::sys::sync::{AtomicBool, Ordering, fence};
use crate::value::removal::{Listeners, RemovalCause};
use crate::value::return_kind::Passed;
use crate::value::stored_entry::StoredValue;

/// The one strong reference of the cache. It can be given up at once, while the index frees its memory some time after
/// the last reader looked at it; so what left does not wait for that.
pub(crate) struct OwnedValue<V> {
    weak: Weak<V>,
    strong: Mutex<Option<Arc<V>>>,
    is_lent: AtomicBool,
    told: Listeners<V>,
}

impl<V: Clone + Send + Sync + 'static> OwnedValue<V> {
    pub(crate) fn new(value: &V, told: Listeners<V>) -> Self {
        let value = Arc::new(value.clone());
        Self { weak: Arc::downgrade(&value), strong: Mutex::new(Some(value)), is_lent: AtomicBool::new(false), told }
    }

    pub(crate) fn get(&self) -> Option<V> {
        // It may leave meanwhile, so that this is the last reference.
        let value = Contained::new(self.weak.upgrade()?);
        Some(V::clone(&value))
    }
}

impl<V> OwnedValue<V> {
    /// Where the value is, to be written down by those who guard it when they read it. `is_there` tells whether
    /// anything has left the index since this was found there.
    pub(crate) fn lend(&self, is_there: impl FnOnce() -> bool) -> Option<*const V> {
        self.is_lent.store(true, Ordering::SeqCst);
        // Either this sees that something left, or whoever made it leave sees that it was lent.
        fence(Ordering::SeqCst);
        is_there().then_some(self.weak.as_ptr())
    }
}

/// A value that was never kept was never lent either. A lent one leaves by `release`, which looks for those who may be
/// reading it; should it ever come here instead, it is leaked.
impl<V> Drop for OwnedValue<V> {
    fn drop(&mut self) {
        let Some(strong) = self.strong.get_mut().take() else { return };
        if self.is_lent.load(Ordering::Relaxed) {
            mem::forget(strong);
        } else {
            contain(|| drop(strong));
        }
    }
}

impl<V: Send + Sync + 'static> StoredValue for OwnedValue<V> {
    fn is_lent(&self) -> bool {
        fence(Ordering::SeqCst);
        self.is_lent.load(Ordering::SeqCst)
    }

    fn release(&self, guards: &Guards, cause: RemovalCause) {
        let Some(strong) = self.strong.lock().take() else { return };
        self.told.tell(&strong, cause);
        guards.leave(&strong);
        contain(|| drop(strong));
    }

    fn keep_alive(&self) -> Option<Contained<Passed>> {
        Some(Contained::new(self.weak.upgrade()?))
    }
}
