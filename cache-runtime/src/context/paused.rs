//! Clocks that stand in place of the system's, for as long as somebody holds them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::sys::moment::Moment;

/// The last one that is still held counts.
#[derive(Default)]
pub(crate) struct PausedClocks(Mutex<Vec<Weak<AtomicU64>>>);

impl PausedClocks {
    pub(crate) fn add(&self, clock: &Arc<AtomicU64>) {
        let mut clocks = self.0.lock();
        if clocks.len() == clocks.capacity() {
            clocks.retain(|clock| clock.strong_count() > 0);
        }
        clocks.push(Arc::downgrade(clock));
    }

    /// The time, if there is any.
    pub(crate) fn now(&self) -> Option<Moment> {
        let mut clocks = self.0.lock();
        loop {
            match clocks.last()?.upgrade() {
                Some(clock) => return Some(Moment::from_bits(clock.load(Ordering::Relaxed))),
                None => clocks.pop(),
            };
        }
    }
}
