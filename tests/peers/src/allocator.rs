//! The system's allocator, which can be asked to count.
//!
//! It counts only while it is asked to: elsewhere a shared counter would be charged to those peers that allocate.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicUsize = AtomicUsize::new(0);
static TAKEN: AtomicUsize = AtomicUsize::new(0);
static GIVEN_BACK: AtomicUsize = AtomicUsize::new(0);

fn note(taken: usize, given_back: usize) {
    if IS_COUNTING.load(Relaxed) {
        CALLS.fetch_add(usize::from(taken > 0), Relaxed);
        TAKEN.fetch_add(taken, Relaxed);
        GIVEN_BACK.fetch_add(given_back, Relaxed);
    }
}

// SAFETY: all is handed on to the system's allocator as it came.
#[expect(unsafe_code, reason = "an allocator cannot be had without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        // SAFETY: the caller keeps what `alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        // SAFETY: the caller keeps what `alloc_zeroed` asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size, layout.size());
        // SAFETY: the caller keeps what `realloc` asks for.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note(0, layout.size());
        // SAFETY: the caller keeps what `dealloc` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Counts what is allocated, on whatever thread, from when it is made until it is dropped. One at a time.
pub(crate) struct Meter(());

impl Meter {
    pub(crate) fn begin() -> Self {
        for counter in [&CALLS, &TAKEN, &GIVEN_BACK] {
            counter.store(0, Relaxed);
        }
        IS_COUNTING.store(true, Relaxed);
        Self(())
    }

    /// How often the allocator was asked for memory.
    #[expect(clippy::unused_self, reason = "only while it counts there is an answer")]
    pub(crate) fn calls(&self) -> usize {
        CALLS.load(Relaxed)
    }

    /// Bytes taken and not given back, as asked for: what the allocator adds does not count.
    #[expect(clippy::unused_self, reason = "only while it counts there is an answer")]
    pub(crate) fn live(&self) -> usize {
        TAKEN.load(Relaxed).saturating_sub(GIVEN_BACK.load(Relaxed))
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        IS_COUNTING.store(false, Relaxed);
    }
}
