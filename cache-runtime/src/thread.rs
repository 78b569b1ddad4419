//! What each thread has of its own, in one place, so that a hit looks for it once.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use once_cell::sync::OnceCell;
use parking_lot::Mutex;

use crate::context::{ENDING, Flags, READY};
use crate::inline::Table;
use crate::raw::with_local;

/// All zero at the beginning, so that a new thread need not be given a copy of it.
pub(crate) struct Thread {
    /// What surrounds a call made here.
    pub(crate) flags: Cell<Flags>,
    /// Values that own nothing, to be had without looking elsewhere.
    pub(crate) table: Table,
    hits: Cell<Option<&'static Hits>>,
}

thread_local! {
    static THREAD: Thread =
        const { Thread { flags: Cell::new(Flags::NONE), table: Table::EMPTY, hits: Cell::new(None) } };
    static END: End = const { End };
}

#[inline(always)]
pub(crate) fn with<R>(f: impl FnOnce(&Thread) -> R) -> R {
    with_local(&THREAD, f)
}

/// Calls `make` if the thread has not yet made what a look-up needs of it, and notes that it has.
///
/// When the thread ends, that is gone at some point, while the drop of a value may still call cached functions. `End` is
/// made last, so it is dropped first, and [`is_ending`] tells in time.
pub(crate) fn prepare(make: impl FnOnce()) {
    if with(|thread| thread.flags.get().has(READY)) {
        return;
    }
    make();
    with(|thread| {
        if END.try_with(|_| ()).is_ok() {
            thread.hits.set(Some(Hits::borrow()));
        }
        thread.flags.set(thread.flags.get().with(READY));
    });
}

/// May what a look-up needs of the thread be gone?
#[cfg(not(cache_runtime_loom))]
#[inline]
pub(crate) fn is_ending() -> bool {
    with(|thread| thread.flags.get().has(ENDING))
}

/// Dropped when the thread ends, before whatever the thread made earlier.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        with(|thread| {
            thread.flags.set(ENDING);
            if let Some(hits) = thread.hits.take() {
                FREE.lock().push(hits);
            }
        });
    }
}

/// The hits of one thread at a time: written by it alone, so counting shares nothing.
///
/// They are never freed. A thread that ends leaves its own to the next one, which counts on.
struct Hits([OnceCell<Box<Chunk>>; CHUNKS]);

type Chunk = [AtomicU64; CHUNK];

/// This many functions have counters per thread; what comes after shares one.
const CHUNKS: usize = 64;
const CHUNK: usize = 256;

static ALL: Mutex<Vec<&'static Hits>> = Mutex::new(Vec::new());
static FREE: Mutex<Vec<&'static Hits>> = Mutex::new(Vec::new());

impl Hits {
    fn borrow() -> &'static Self {
        if let Some(left) = FREE.lock().pop() {
            return left;
        }
        let hits: &'static Self = Box::leak(Box::new(Self([const { OnceCell::new() }; CHUNKS])));
        ALL.lock().push(hits);
        hits
    }

    #[inline(always)]
    fn of(&self, place: usize) -> Option<&AtomicU64> {
        Some(&self.0.get(place / CHUNK)?.get()?[place % CHUNK])
    }

    #[cold]
    fn make(&self, place: usize) -> Option<&AtomicU64> {
        let chunk = self.0.get(place / CHUNK)?.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]));
        Some(&chunk[place % CHUNK])
    }
}

/// A counter of hits, one part per thread.
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

    #[inline(always)]
    pub(crate) fn one(&self, thread: &Thread) {
        let own = thread.hits.get().and_then(|hits| hits.of(self.place).or_else(|| hits.make(self.place)));
        match own {
            Some(own) => own.store(own.load(Ordering::Relaxed) + 1, Ordering::Relaxed),
            None => drop(self.shared.fetch_add(1, Ordering::Relaxed)),
        }
    }

    pub(crate) fn get(&self) -> u64 {
        let own: u64 =
            ALL.lock().iter().filter_map(|hits| hits.of(self.place)).map(|own| own.load(Ordering::Relaxed)).sum();
        own + self.shared.load(Ordering::Relaxed)
    }
}
