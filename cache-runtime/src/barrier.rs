//! Two barriers that only matter in a pair: a light one for those who read often, a heavy one for those who seldom make
//! something leave.
//!
//! What a thread wrote before a barrier is seen by the other after its own, on one side at least: either the reader
//! sees that something left, or the one who made it leave sees the reader. Where the system can interrupt all threads
//! of the process for it (`membarrier` on Linux), the light one costs nothing but what the compiler may not do.

#[cfg(all(target_os = "linux", not(cache_runtime_loom), not(miri)))]
mod barriers {
    use std::sync::atomic::{Ordering, compiler_fence, fence};

    use once_cell::sync::OnceCell;

    use crate::raw;

    /// Can the pair be had? To be asked before the light one is used: there is nothing else that it could do.
    pub(crate) fn are_available() -> bool {
        static REGISTERED: OnceCell<bool> = OnceCell::new();
        *REGISTERED.get_or_init(raw::register_membarrier)
    }

    #[inline(always)]
    pub(crate) fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    pub(crate) fn heavy() {
        fence(Ordering::SeqCst);
        if are_available() {
            raw::membarrier();
        }
    }
}

#[cfg(not(all(target_os = "linux", not(cache_runtime_loom), not(miri))))]
mod barriers {
    use crate::sync::{Ordering, fence};

    pub(crate) const fn are_available() -> bool {
        true
    }

    #[inline(always)]
    pub(crate) fn light() {
        fence(Ordering::SeqCst);
    }

    pub(crate) fn heavy() {
        fence(Ordering::SeqCst);
    }
}

pub(crate) use barriers::*;
