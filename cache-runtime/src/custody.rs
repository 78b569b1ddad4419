//! A value that is dropped the moment it leaves.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::hazard::Guards;
use crate::hooks::Hooks;
use crate::kept::Held;
use crate::panics::contain;
use crate::shape::Passed;
use crate::sync::{AtomicBool, Ordering, fence};

/// The one strong reference of the cache. It can be given up at once, while the index frees its memory some time after
/// the last reader looked at it; so what left does not wait for that.
pub(crate) struct Custody<V> {
    weak: Weak<V>,
    strong: Mutex<Option<Arc<V>>>,
    is_lent: AtomicBool,
    on_release: Option<fn(&V)>,
    give_up: fn(Arc<V>, &Guards),
}

impl<V: Clone + Send + Sync + 'static> Custody<V> {
    pub(crate) fn new(value: &V, hooks: &Hooks<V>) -> Self {
        let value = Arc::new(value.clone());
        Self {
            weak: Arc::downgrade(&value),
            strong: Mutex::new(Some(value)),
            is_lent: AtomicBool::new(false),
            on_release: hooks.on_release,
            give_up: |strong, guards| {
                guards.leave(&strong);
                contain(|| drop(strong));
            },
        }
    }

    pub(crate) fn get(&self) -> Option<V> {
        self.weak.upgrade().map(|value| V::clone(&value))
    }
}

impl<V> Custody<V> {
    /// Where the value is, to be written down by those who guard it when they read it. `is_there` tells whether
    /// anything has left the index since this was found there.
    pub(crate) fn lend(&self, is_there: impl FnOnce() -> bool) -> Option<*const V> {
        self.is_lent.store(true, Ordering::SeqCst);
        // Either this sees that something left, or whoever made it leave sees that it was lent.
        fence(Ordering::SeqCst);
        is_there().then_some(self.weak.as_ptr())
    }
}

/// The cache's own reference is given up here or when it leaves, and in no other way: those who may be reading the value
/// are looked for.
impl<V> Drop for Custody<V> {
    fn drop(&mut self) {
        if let Some(strong) = self.strong.get_mut().take() {
            let is_lent = self.is_lent.load(Ordering::Relaxed);
            (self.give_up)(strong, &if is_lent { Guards::now() } else { Guards::NONE });
        }
    }
}

impl<V: Send + Sync + 'static> Held for Custody<V> {
    fn is_lent(&self) -> bool {
        fence(Ordering::SeqCst);
        self.is_lent.load(Ordering::SeqCst)
    }

    /// A panic here (this runs the user's code) must not keep others from being told.
    fn release(&self, guards: &Guards) {
        let Some(strong) = self.strong.lock().take() else { return };
        if let Some(on_release) = self.on_release {
            contain(|| on_release(&strong));
        }
        (self.give_up)(strong, guards);
    }

    fn keep_alive(&self) -> Option<Passed> {
        Some(self.weak.upgrade()?)
    }
}
