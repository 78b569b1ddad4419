//! `cached`: `#[concurrent_cached]` (a sharded store).

use std::sync::Arc;

use cached::ConcurrentCached;
use cached::macros::concurrent_cached;

use crate::work::{self, Query, Table};

#[concurrent_cached]
pub(crate) fn number(x: u64) -> u64 {
    work::number(x)
}

pub(crate) fn forget_numbers() {
    let Ok(()) = NUMBER.cache_clear();
}

pub(crate) fn forget_bounded() {
    let Ok(()) = BOUNDED.cache_clear();
}

#[concurrent_cached]
pub(crate) fn text(x: &str) -> u64 {
    work::size(x.as_bytes())
}

#[concurrent_cached]
pub(crate) fn query(x: &Query) -> u64 {
    work::user(x)
}

#[concurrent_cached]
pub(crate) fn bytes(x: &[u8]) -> u64 {
    work::size(x)
}

#[concurrent_cached]
pub(crate) fn string(x: u64) -> String {
    work::string(x)
}

#[concurrent_cached]
pub(crate) fn table(x: u64) -> Arc<Table> {
    work::table(x)
}

#[concurrent_cached(max_size = 1_000)]
pub(crate) fn bounded(x: u64) -> u64 {
    work::number(x)
}

#[concurrent_cached(ttl_secs = 3_600)]
pub(crate) fn mortal(x: u64) -> u64 {
    work::number(x)
}

#[concurrent_cached(max_size = 1_000, ttl_secs = 3_600)]
pub(crate) fn bounded_mortal(x: u64) -> u64 {
    work::number(x)
}

#[concurrent_cached(ttl_secs = 3_600, refresh = true)]
pub(crate) fn idle(x: u64) -> u64 {
    work::number(x)
}

#[concurrent_cached(max_size = 10_000)]
pub(crate) fn bounded_string(x: u64) -> String {
    work::string(x)
}

#[concurrent_cached(max_size = 10_000)]
pub(crate) fn large(x: u64) -> u64 {
    work::number(x)
}
