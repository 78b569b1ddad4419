//! Hits, counted in numbers that their thread alone writes, so that counting shares nothing.

use std::sync::atomic::AtomicU64;

use once_cell::sync::OnceCell;

/// The hits of one thread at a time, by function. The next thread to have them counts on.
pub(crate) struct Hits {
    first: Chunk,
    further: [OnceCell<Box<Chunk>>; CHUNKS],
}

type Chunk = [AtomicU64; CHUNK];

/// After those of the first chunk; what comes after them all shares one.
const CHUNKS: usize = 64;
/// miri looks at every one of them whenever a reference to all is made.
const CHUNK: usize = if cfg!(miri) { 16 } else { 256 };

impl Hits {
    pub(crate) fn new() -> Self {
        Self { first: [const { AtomicU64::new(0) }; CHUNK], further: [const { OnceCell::new() }; CHUNKS] }
    }

    /// The number of a function, if there is one yet.
    pub(crate) fn of(&self, place: usize) -> Option<&AtomicU64> {
        match self.first.get(place) {
            Some(hits) => Some(hits),
            None => Some(&self.further.get(place / CHUNK - 1)?.get()?[place % CHUNK]),
        }
    }

    /// The number of a function, if there is room for it.
    #[inline(always)]
    pub(crate) fn make(&self, place: usize) -> Option<&AtomicU64> {
        match self.first.get(place) {
            Some(hits) => Some(hits),
            None => self.make_further(place),
        }
    }

    #[cold]
    fn make_further(&self, place: usize) -> Option<&AtomicU64> {
        let further = self.further.get(place / CHUNK - 1)?;
        Some(&further.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]))[place % CHUNK])
    }
}
