//! Ids that nothing else in the process has.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// An id that nothing else has, greater than all that were given out like this before.
pub(crate) fn next_id() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An id that nothing else has; only those given out on one thread come in order. Threads do not write to the same place
/// for each of them.
pub(crate) fn unique_id() -> u64 {
    thread_local! {
        static OWN: Cell<Ids> = const { Cell::new(Ids::NONE) };
    }
    OWN.with(|own| {
        let mut ids = own.get();
        let id = ids.next();
        own.set(ids);
        id
    })
}

/// Ids that nothing else has, given out in order by one owner at a time.
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    next: u64,
    end: u64,
}

/// So many are taken at once.
const BLOCK: u64 = 1 << 10;

impl Ids {
    pub(crate) const NONE: Self = Self { next: 0, end: 0 };

    pub(crate) fn next(&mut self) -> u64 {
        if self.next == self.end {
            self.next = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
            self.end = self.next + BLOCK;
        }
        let id = self.next;
        self.next += 1;
        id
    }
}

impl Default for Ids {
    fn default() -> Self {
        Self::NONE
    }
}
