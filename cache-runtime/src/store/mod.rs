mod bounds;
mod clearing;
pub(crate) mod clears;
pub(crate) mod entries;
pub(crate) mod entry_tags;
pub(crate) mod eviction;
pub(crate) mod index;
pub(crate) mod jitter;
mod lifetimes;
pub(crate) mod limits;
pub(crate) mod loading;
pub(crate) mod loads;
mod lookup;
pub(crate) mod options;
pub(crate) mod retirement;
pub(crate) mod state;
#[cfg(not(cache_runtime_loom))]
mod unpinned;
pub(crate) mod variants;
