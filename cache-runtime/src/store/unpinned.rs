//! Looking into the index where a thread ends.
#![expect(unsafe_code, reason = "measured to matter, and kept in this file")]

use seize::{Collector, Guard as IndexGuard, OwnedGuard};

/// A guard of the index that needs nothing of what its thread has of its own: that may be gone.
pub(crate) struct ThreadlessGuard<'a>(OwnedGuard<'a>);

impl<'a> ThreadlessGuard<'a> {
    pub(crate) fn new(guard: OwnedGuard<'a>) -> Self {
        Self(guard)
    }
}

impl IndexGuard for ThreadlessGuard<'_> {
    fn refresh(&mut self) {
        self.0.refresh();
    }

    fn flush(&self) {
        self.0.flush();
    }

    fn collector(&self) -> &Collector {
        self.0.collector()
    }

    /// The only method that would look for something of the thread's. The index spreads its count of entries by it, over
    /// numbers that any thread may add to.
    fn thread_id(&self) -> usize {
        0
    }

    unsafe fn defer_retire<T>(&self, retired: *mut T, reclaim: unsafe fn(*mut T, &Collector)) {
        // SAFETY: as the caller promises.
        unsafe { self.0.defer_retire(retired, reclaim) };
    }
}
