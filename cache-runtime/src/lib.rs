//! Streamlit's `st.cache_data` and `st.cache_resource` for Rust: put an attribute on a function and its results are
//! kept.
#![doc = include_str!("../README.md")]
#![expect(clippy::inline_always, reason = "on the way of a hit, where a call costs as much as the hit; measured")]

mod barrier;
mod branches;
mod budget;
mod call;
mod checks;
mod clears;
mod clock;
#[cfg(feature = "disk")]
mod config;
mod context;
mod counters;
mod custody;
mod deadlock;
#[cfg(feature = "disk")]
mod disk;
mod enabled;
mod entry;
mod entry_tags;
#[cfg(feature = "disk")]
mod envelope;
mod event;
mod family;
mod fingerprint;
mod flight;
mod function;
mod handle;
mod hazard;
mod hit_count;
mod hooks;
mod index;
mod info;
mod input;
mod jitter;
mod keep;
mod kept;
mod key;
mod ledger;
mod limits;
mod load;
#[cfg(all(test, cache_runtime_loom))]
mod model;
mod name;
mod observers;
mod options;
mod overrides;
mod panics;
mod park;
mod persist;
mod policy;
#[cfg_attr(not(test), expect(dead_code, reason = "the macros, which read lifetimes too, have the same file"))]
mod quantity;
mod raw;
mod recency;
mod record;
mod removal;
mod retain;
mod session;
mod shape;
mod shelf;
mod spinner;
mod stats;
mod store;
mod sync;
mod table;
mod telemetry;
mod thread;
#[cfg(feature = "disk")]
mod tier;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
mod tiny_lfu;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[path = "no_tiny_lfu.rs"]
mod tiny_lfu;
mod trace;
mod weight;

pub use crate::budget::ByteSize;
#[cfg(feature = "disk")]
pub use crate::config::{Config, configure};
pub use crate::entry::Entry;
pub use crate::event::{emit, observe, observe_async};
pub use crate::family::{CACHE_DATA, CACHE_RESOURCE, CacheFamily};
pub use crate::fingerprint::Fingerprint;
pub use crate::function::{Kind, Scope};
pub use crate::handle::{CachedFn, Generic};
pub use crate::info::{AnyCachedFn, FunctionInfo, FunctionOptions, Tier};
pub use crate::input::Input;
pub use crate::key::Key;
pub use crate::options::Eviction;
pub use crate::overrides::{bypass, bypass_async, refresh, refresh_async};
pub use crate::removal::RemovalCause;
pub use crate::retain::KeptEntry;
pub use crate::session::Session;
pub use crate::stats::{Evictions, Refreshes, Stats};
pub use crate::trace::{Call, MissReason, Outcome, trace, trace_async};
#[cfg(feature = "macros")]
pub use cache_macros::{cache_data, cache_resource};

/// What expansions call. Not for hand-written code: it changes with the macros.
#[doc(hidden)]
pub mod __private {
    pub use crate::__codec as codec;
    pub use crate::__spinner as spinner;
    pub use crate::call::{call, call_async};
    pub use crate::clock::ManualClock;
    pub use crate::enabled::{call_if, call_if_async, key_if};
    pub use crate::entry_tags::{Tag, Tagging};
    pub use crate::function::{Function, Kind, Scope};
    pub use crate::handle::{CachedFn, Generic, own_handle};
    pub use crate::hooks::{Hooks, fails_by};
    pub use crate::keep::{CheapClone, Data, OnThread, OrError, Resource};
    pub use crate::key::{Key, KeyHasher, by, each, part, serialized};
    pub use crate::options::{Eviction, Options, bound, fraction, lifetime};
    pub use crate::persist::Codec;
    pub use crate::shape::{Fallible, IsResult, Optional, Whole, keeps_whole, returns};
    pub use crate::spinner::Spinner;
    pub use crate::weight::{WeighsItself, scales};
}
