//! What an isolation has of its own, made when it is first asked for.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::context::paused::PausedClocks;
use crate::sys::ids::next_id;
use crate::sys::panics::contain;
use crate::value::thread_local::Closable;

pub(crate) struct IsolatedParts {
    /// Unlike every other's, and not 0.
    pub(crate) id: u64,
    pub(crate) clocks: PausedClocks,
    /// `None` when the isolation is over.
    parts: Mutex<Option<Parts>>,
}

/// By their types and what they stand for.
type Parts = HashMap<(TypeId, u64), Arc<dyn Closable>>;

impl IsolatedParts {
    pub(crate) fn new() -> Self {
        Self { id: next_id(), clocks: PausedClocks::default(), parts: Mutex::new(Some(Parts::new())) }
    }

    /// The part that stands for this, if it is there.
    pub(crate) fn part<T: Closable>(&self, of: u64) -> Option<Arc<T>> {
        let part = self.parts.lock().as_ref()?.get(&(TypeId::of::<T>(), of)).cloned()?;
        downcast(part)
    }

    /// The same, made if it is not; `None` if the isolation is over.
    pub(crate) fn make_part<T: Closable>(&self, of: u64, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        if let Some(part) = self.part(of) {
            return Some(part);
        }
        // This may run the user's code.
        let new: Arc<dyn Closable> = Arc::new(make());
        let part = {
            let mut parts = self.parts.lock();
            Arc::clone(parts.as_mut()?.entry((TypeId::of::<T>(), of)).or_insert_with(|| Arc::clone(&new)))
        };
        downcast(part)
    }

    /// From now on there are no parts; the values in them are let go.
    pub(crate) fn end(&self) {
        let parts = self.parts.lock().take().unwrap_or_default();
        // Values that leave run the user's code, and that is not to find the rest of what is over.
        let retired: Vec<_> = parts.values().map(|part| part.close()).collect();
        drop(retired);
        for part in parts.into_values() {
            contain(|| drop(part));
        }
    }
}

fn downcast<T: Closable>(part: Arc<dyn Closable>) -> Option<Arc<T>> {
    (part as Arc<dyn Any + Send + Sync>).downcast().ok()
}
