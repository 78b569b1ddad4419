//! `cache-runtime`.

use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

use crate::work::{self, BOUND, HOUR, LARGE_BOUND, Query, Table};

#[cache_data]
pub(crate) fn number(x: u64) -> u64 {
    work::number(x)
}

#[cache_data]
pub(crate) fn text(x: &str) -> u64 {
    work::size(x.as_bytes())
}

#[cache_data]
pub(crate) fn query(x: &Query) -> u64 {
    work::user(x)
}

#[cache_data]
pub(crate) fn bytes(x: &[u8]) -> u64 {
    work::size(x)
}

#[cache_data]
pub(crate) fn reals(x: &[f64]) -> u64 {
    work::reals_size(x)
}

#[cache_data]
pub(crate) fn string(x: u64) -> String {
    work::string(x)
}

#[cache_data]
pub(crate) fn table(x: u64) -> Arc<Table> {
    work::table(x)
}

#[cache_resource]
pub(crate) fn resource(x: u64) -> Arc<Table> {
    work::table(x)
}

#[cache_resource]
pub(crate) fn only_one() -> Arc<Table> {
    work::table(1)
}

#[cache_data(max_entries = BOUND)]
pub(crate) fn bounded(x: u64) -> u64 {
    work::number(x)
}

#[cache_data(max_entries = BOUND, eviction = "tiny_lfu")]
pub(crate) fn bounded_tiny_lfu(x: u64) -> u64 {
    work::number(x)
}

#[cache_data(ttl = HOUR)]
pub(crate) fn mortal(x: u64) -> u64 {
    work::number(x)
}

#[cache_data(max_entries = BOUND, ttl = HOUR)]
pub(crate) fn bounded_mortal(x: u64) -> u64 {
    work::number(x)
}

#[cache_data(time_to_idle = HOUR)]
pub(crate) fn idle(x: u64) -> u64 {
    work::number(x)
}

#[cache_data(max_entries = LARGE_BOUND)]
pub(crate) fn bounded_string(x: u64) -> String {
    work::string(x)
}

#[cache_data(max_entries = LARGE_BOUND)]
pub(crate) fn large(x: u64) -> u64 {
    work::number(x)
}

#[cache_data(max_entries = LARGE_BOUND, eviction = "tiny_lfu")]
pub(crate) fn large_tiny_lfu(x: u64) -> u64 {
    work::number(x)
}
