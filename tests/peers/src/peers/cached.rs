//! `cached`: `#[cached]` (a store behind one lock) and `#[once]`.

use std::sync::Arc;

use cached::Cached;
use cached::macros::{cached, once};

use crate::work::{self, Query, Table};

#[cached]
pub(crate) fn number(x: u64) -> u64 {
    work::number(x)
}

pub(crate) fn forget_numbers() {
    NUMBER.write().cache_clear();
}

pub(crate) fn forget_bounded() {
    BOUNDED.write().cache_clear();
}

#[cached]
pub(crate) fn text(x: &str) -> u64 {
    work::size(x.as_bytes())
}

#[cached]
pub(crate) fn query(x: &Query) -> u64 {
    work::user(x)
}

#[cached]
pub(crate) fn bytes(x: &[u8]) -> u64 {
    work::size(x)
}

/// Floats need a key made by hand.
#[cached(key = "Vec<u64>", convert = r"{ x.iter().map(|x| x.to_bits()).collect() }")]
pub(crate) fn reals(x: &[f64]) -> u64 {
    work::reals_size(x)
}

#[cached]
pub(crate) fn string(x: u64) -> String {
    work::string(x)
}

#[cached]
pub(crate) fn table(x: u64) -> Arc<Table> {
    work::table(x)
}

#[once]
pub(crate) fn only_one() -> Arc<Table> {
    work::table(1)
}

#[cached(max_size = 1_000)]
pub(crate) fn bounded(x: u64) -> u64 {
    work::number(x)
}

#[cached(ttl_secs = 3_600)]
pub(crate) fn mortal(x: u64) -> u64 {
    work::number(x)
}

#[cached(max_size = 1_000, ttl_secs = 3_600)]
pub(crate) fn bounded_mortal(x: u64) -> u64 {
    work::number(x)
}

#[cached(ttl_secs = 3_600, refresh = true)]
pub(crate) fn idle(x: u64) -> u64 {
    work::number(x)
}

#[cached(max_size = 10_000)]
pub(crate) fn bounded_string(x: u64) -> String {
    work::string(x)
}

#[cached(max_size = 10_000)]
pub(crate) fn large(x: u64) -> u64 {
    work::number(x)
}
