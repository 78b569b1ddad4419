//! Ids that nothing else in the process has.

use std::sync::atomic::{AtomicU64, Ordering};

/// An id that no other entry and no other load has.
pub(crate) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
