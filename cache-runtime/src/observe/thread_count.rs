//! A count that is the sum of what threads have counted.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::thread::this::{self, Thread};

/// The places of functions that are no more, those of isolations, and what was counted there.
static LEFT: Mutex<Vec<(usize, u64)>> = Mutex::new(Vec::new());

/// Something of a function that threads count, each in a number of its own.
pub(crate) struct ThreadCount {
    place: usize,
    /// What others have counted in this place before.
    before: u64,
    /// Where a thread has no part: there are too many counts, or the thread is ending.
    shared: AtomicU64,
}

impl ThreadCount {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if let Some((place, before)) = LEFT.lock().pop() {
            return Self { place, before, shared: AtomicU64::new(0) };
        }
        let place = usize::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX);
        Self { place, before: 0, shared: AtomicU64::new(0) }
    }

    /// The part of a thread, if it has one.
    #[inline]
    pub(crate) fn of(&self, thread: &Thread) -> Option<&'static AtomicU64> {
        thread.seen.get()?.counts.make(self.place)
    }

    #[inline(always)]
    pub(crate) fn one(&self, part: Option<&AtomicU64>) {
        self.add(1, part);
    }

    #[inline(always)]
    pub(crate) fn add(&self, count: u64, part: Option<&AtomicU64>) {
        match part {
            Some(part) => part.store(part.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed),
            None => drop(self.shared.fetch_add(count, Ordering::Relaxed)),
        }
    }

    pub(crate) fn get(&self) -> u64 {
        self.counted().wrapping_sub(self.before).wrapping_add(self.shared.load(Ordering::Relaxed))
    }

    /// By threads in the place, also before.
    fn counted(&self) -> u64 {
        let parts = this::all().into_iter().filter_map(|seen| seen.counts.of(self.place));
        parts.fold(0, |sum, part| sum.wrapping_add(part.load(Ordering::Relaxed)))
    }
}

impl Drop for ThreadCount {
    /// Nobody counts here any more: the next one counts on.
    fn drop(&mut self) {
        let counted = self.counted();
        LEFT.lock().push((self.place, counted));
    }
}
