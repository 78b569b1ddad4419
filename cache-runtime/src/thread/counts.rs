//! What is counted in numbers that their thread alone writes, so that counting shares nothing.

use std::sync::atomic::AtomicU64;

use once_cell::sync::OnceCell;

/// The numbers of one thread at a time. The next thread to have them counts on.
pub(crate) struct Counts {
    first: [AtomicU64; FIRST],
    further: [OnceCell<Box<Chunk>>; CHUNKS],
}

type Chunk = [AtomicU64; CHUNK];

/// So many stand together: three for each of 256 functions.
const FIRST: usize = if cfg!(miri) { 48 } else { 768 };
/// After those there is room for so many chunks; what comes after them all is counted in one number for all threads.
const CHUNKS: usize = 64;
/// miri looks at every one of them whenever a reference to all is made.
const CHUNK: usize = if cfg!(miri) { 16 } else { 256 };

impl Counts {
    pub(crate) fn new() -> Self {
        Self { first: [const { AtomicU64::new(0) }; FIRST], further: [const { OnceCell::new() }; CHUNKS] }
    }

    /// The number at a place, if there is one yet.
    pub(crate) fn of(&self, place: usize) -> Option<&AtomicU64> {
        match self.first.get(place) {
            Some(count) => Some(count),
            None => Some(&self.further.get((place - FIRST) / CHUNK)?.get()?[place % CHUNK]),
        }
    }

    /// The number at a place, if there is room for it.
    #[inline(always)]
    pub(crate) fn make(&self, place: usize) -> Option<&AtomicU64> {
        match self.first.get(place) {
            Some(count) => Some(count),
            None => self.make_further(place),
        }
    }

    #[cold]
    fn make_further(&self, place: usize) -> Option<&AtomicU64> {
        let further = self.further.get((place - FIRST) / CHUNK)?;
        Some(&further.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]))[place % CHUNK])
    }
}
