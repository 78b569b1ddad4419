//! Hits, counted in numbers that their thread alone writes, so that counting shares nothing.

use std::sync::atomic::{AtomicU64, Ordering};

use once_cell::sync::OnceCell;

use crate::thread::{self, Thread};

/// The hits of one thread at a time, by function. The next thread to have them counts on.
pub(crate) struct Hits([OnceCell<Box<Chunk>>; CHUNKS]);

type Chunk = [AtomicU64; CHUNK];

/// This many functions have counters per thread; what comes after shares one.
const CHUNKS: usize = 64;
/// miri looks at every one of them whenever a reference to all is made.
const CHUNK: usize = if cfg!(miri) { 16 } else { 256 };

impl Hits {
    pub(crate) fn new() -> Self {
        Self([const { OnceCell::new() }; CHUNKS])
    }

    fn of(&self, place: usize) -> Option<&AtomicU64> {
        Some(&self.0.get(place / CHUNK)?.get()?[place % CHUNK])
    }

    fn make(&self, place: usize) -> Option<&AtomicU64> {
        let chunk = self.0.get(place / CHUNK)?.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]));
        Some(&chunk[place % CHUNK])
    }
}

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
    pub(crate) fn of(&self, thread: &Thread) -> Option<&'static AtomicU64> {
        let seen = thread.seen.get()?;
        seen.hits.of(self.place).or_else(|| seen.hits.make(self.place))
    }

    #[inline(always)]
    pub(crate) fn one(&self, part: Option<&AtomicU64>) {
        match part {
            Some(part) => part.store(part.load(Ordering::Relaxed) + 1, Ordering::Relaxed),
            None => drop(self.shared.fetch_add(1, Ordering::Relaxed)),
        }
    }

    pub(crate) fn get(&self) -> u64 {
        let parts = thread::all().into_iter().filter_map(|seen| seen.hits.of(self.place));
        let own: u64 = parts.map(|part| part.load(Ordering::Relaxed)).sum();
        own + self.shared.load(Ordering::Relaxed)
    }
}
