pub(crate) mod barrier;
pub(crate) mod byte_size;
pub(crate) mod hazard;
pub(crate) mod ids;
#[cfg(all(target_os = "linux", not(cache_runtime_loom), not(miri)))]
mod membarrier;
pub(crate) mod mode;
pub(crate) mod moment;
pub(crate) mod panics;
pub(crate) mod park;
#[cfg_attr(not(test), expect(dead_code, reason = "the macros, which read lifetimes too, have the same file"))]
pub(crate) mod quantity;
pub(crate) mod reading;
pub(crate) mod sync;
