//! Two barriers that only matter in a pair: a light one for those who read often, a heavy one for those who seldom make
//! something leave.
//!
//! A write before a barrier is seen by the other thread after its own, on one side at least: either the reader sees
//! that something left, or the one who made it leave sees the reader. Where the system can interrupt all threads of the
//! process for it (`membarrier` on Linux), the light one costs nothing but what the compiler may not do.
//!
//! A filter of system calls may take that away while the process runs. From then on the light one is worth nothing, and
//! whoever relied on it has to find another way: see [`hazard`](crate::sys::hazard).

#[cfg(all(target_os = "linux", not(cache_runtime_loom), not(miri)))]
mod barriers {
    use std::sync::atomic::{AtomicBool, Ordering, compiler_fence, fence};

    use once_cell::sync::OnceCell;

    use crate::sys::membarrier;

    /// Can the pair be had? To be asked before the light one is used: there is nothing else that it could do.
    pub(crate) fn are_available() -> bool {
        static REGISTERED: OnceCell<bool> = OnceCell::new();
        *REGISTERED.get_or_init(membarrier::register)
    }

    #[inline(always)]
    pub(crate) fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    /// `false` if there was none: what others wrote before a light one may not be seen here.
    pub(crate) fn heavy() -> bool {
        fence(Ordering::SeqCst);
        if are_available() && !are_lost() && !membarrier::barrier() {
            LOST.store(true, Ordering::SeqCst);
        }
        !are_lost()
    }

    static LOST: AtomicBool = AtomicBool::new(false);

    /// Were they there once, and are not any more?
    pub(crate) fn are_lost() -> bool {
        LOST.load(Ordering::SeqCst)
    }
}

#[cfg(not(all(target_os = "linux", not(cache_runtime_loom), not(miri))))]
mod barriers {
    use crate::sys::sync::{Ordering, fence};

    pub(crate) const fn are_available() -> bool {
        true
    }

    #[inline(always)]
    pub(crate) fn light() {
        fence(Ordering::SeqCst);
    }

    pub(crate) fn heavy() -> bool {
        fence(Ordering::SeqCst);
        true
    }

    pub(crate) const fn are_lost() -> bool {
        false
    }
}

pub(crate) use barriers::*;
