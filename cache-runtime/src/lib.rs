//! Streamlit's `st.cache_data` and `st.cache_resource` for Rust: put an attribute on a function and its results are
//! kept.
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![expect(clippy::inline_always, reason = "on the way of a hit, where a call costs as much as the hit; measured")]

// From the bottom: each layer uses only those above it in this list, and a test holds that.

/// Below caching: locks that a model checker sees, ids, moments, barriers, hazard pointers.
mod sys;

/// 128 bits that stand for one call of one function.
mod key;

/// Stored entries: their values, wrapped and cloned out, and the dependencies of their bodies.
mod value;

/// The state of a thread: flags, counts of its hits, a table of what it found of late.
mod thread;

/// Counters, statistics and telemetry.
mod observe;

/// The surroundings of a call: a clock, overrides, recordings, the bodies that run.
mod context;

/// Waiting for a load.
mod flight;

/// The tier below memory, and the settings of the process.
mod tier;

/// The entries of a function: what is looked up, what is kept, what leaves and when.
mod store;

/// Annotated functions: handles, options and hooks, families, sessions, inputs.
mod function;

/// The course of a call.
mod call;

#[cfg(all(test, cache_runtime_loom))]
mod model;

pub use crate::call::entry::Entry;
pub use crate::call::retain::KeptEntry;
pub use crate::context::event::{emit, observe, observe_async};
pub use crate::context::frame::Surroundings;
pub use crate::context::isolation::{isolated, isolated_async};
pub use crate::context::overrides::{bypass, bypass_async, refresh, refresh_async};
pub use crate::context::trace::{trace, trace_async};
pub use crate::context::verification::{verify, verify_async, verify_or_panic, verify_or_panic_async};
pub use crate::function::family::{CACHE_DATA, CACHE_RESOURCE, CacheFamily};
pub use crate::function::handle::{CachedFn, Generic};
pub use crate::function::info::{AnyCachedFn, FunctionInfo, FunctionOptions, Tier};
pub use crate::function::input::Input;
pub use crate::function::kind::Kind;
pub use crate::function::scope::Scope;
pub use crate::function::session::Session;
pub use crate::key::Key;
pub use crate::key::fingerprint::Fingerprint;
pub use crate::observe::mismatch::{Difference, Mismatch, Verification};
pub use crate::observe::outcome::{Call, MissReason, Outcome};
pub use crate::observe::stats::{Evictions, Refreshes, Stats};
pub use crate::store::options::Eviction;
pub use crate::sys::byte_size::ByteSize;
pub use crate::tier::config::{Config, configure};
#[cfg(feature = "disk")]
pub use crate::tier::persistence::{Persistence, persistence};
pub use crate::value::removal::RemovalCause;
#[cfg(feature = "macros")]
pub use cache_macros::{cache_data, cache_resource};

/// For tests of code that is cached: time that stands still. See [`isolated`], too.
pub mod testing {
    pub use crate::context::clock::{Clock, TimeSpan};
}

/// The interface of expansions. Not for hand-written code: it changes with the macros.
#[doc(hidden)]
pub mod __private {
    pub use crate::__codec as codec;
    pub use crate::__spinner as spinner;
    pub use crate::call::enabled::{call_if, call_if_async, key_if};
    pub use crate::call::faces::{call, call_async};
    pub use crate::call::tagging::{Tag, Tagging};
    pub use crate::function::annotated::Function;
    pub use crate::function::codec::Codec;
    pub use crate::function::handle::{cached_fn, function_of, instance, own_handle};
    pub use crate::function::hooks::{Hooks, fails_by};
    pub use crate::function::kind::Kind;
    pub use crate::function::scope::Scope;
    pub use crate::key::{Key, KeyHasher, by, each, part, serialized};
    pub use crate::observe::spinner::Spinner;
    pub use crate::store::options::{Eviction, Options, bound, fraction, lifetime};
    pub use crate::value::return_kind::{Fallible, IsResult, Optional, Whole, keeps_whole, returns};
    pub use crate::value::storage::{CheapClone, Data, OnThread, OrError, Resource};
    pub use crate::value::weight::{WeighsItself, scales};
}
