//! Hits, counted in numbers that their thread alone writes, so that counting shares nothing.

use std::sync::atomic::AtomicU64;

use once_cell::sync::OnceCell;

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

    #[inline]
    pub(crate) fn of(&self, place: usize) -> Option<&AtomicU64> {
        Some(&self.0.get(place / CHUNK)?.get()?[place % CHUNK])
    }

    pub(crate) fn make(&self, place: usize) -> Option<&AtomicU64> {
        let chunk = self.0.get(place / CHUNK)?.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]));
        Some(&chunk[place % CHUNK])
    }
}
