//! The hits of a function: the sum of what threads have counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::thread::this::{self, Thread};

/// The hits of one function.
pub(crate) struct HitCount {
    place: usize,
    /// Where a thread has no part: there are too many functions, or the thread is ending.
    shared: AtomicU64,
}

impl HitCount {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let place = usize::try_from(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX);
        Self { place, shared: AtomicU64::new(0) }
    }

    /// The part of a thread, if it has one.
    #[inline]
    pub(crate) fn of(&self, thread: &Thread) -> Option<&'static AtomicU64> {
        thread.seen.get()?.hits.make(self.place)
    }

    #[inline(always)]
    pub(crate) fn one(&self, part: Option<&AtomicU64>) {
        match part {
            Some(part) => part.store(part.load(Ordering::Relaxed) + 1, Ordering::Relaxed),
            None => drop(self.shared.fetch_add(1, Ordering::Relaxed)),
        }
    }

    pub(crate) fn get(&self) -> u64 {
        let parts = this::all().into_iter().filter_map(|seen| seen.hits.of(self.place));
        let own: u64 = parts.map(|part| part.load(Ordering::Relaxed)).sum();
        own + self.shared.load(Ordering::Relaxed)
    }
}
