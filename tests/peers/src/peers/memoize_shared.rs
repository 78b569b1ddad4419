//! `memoize` with one table for all threads, behind a mutex.
#![expect(clippy::needless_pass_by_value, reason = "`memoize` keeps its arguments")]

use std::sync::Arc;

use memoize::memoize;

use crate::work::{self, HOUR, Query, Table};

#[memoize(SharedCache)]
pub(crate) fn number(x: u64) -> u64 {
    work::number(x)
}

#[memoize(SharedCache)]
pub(crate) fn text(x: String) -> u64 {
    work::size(x.as_bytes())
}

#[memoize(SharedCache)]
pub(crate) fn query(x: Query) -> u64 {
    work::user(&x)
}

#[memoize(SharedCache)]
pub(crate) fn bytes(x: Vec<u8>) -> u64 {
    work::size(&x)
}

#[memoize(SharedCache)]
pub(crate) fn string(x: u64) -> String {
    work::string(x)
}

#[memoize(SharedCache)]
pub(crate) fn table(x: u64) -> Arc<Table> {
    work::table(x)
}

#[memoize(SharedCache, Capacity: 1_000)]
pub(crate) fn bounded(x: u64) -> u64 {
    work::number(x)
}

#[memoize(SharedCache, TimeToLive: HOUR)]
pub(crate) fn mortal(x: u64) -> u64 {
    work::number(x)
}

#[memoize(SharedCache, Capacity: 1_000, TimeToLive: HOUR)]
pub(crate) fn bounded_mortal(x: u64) -> u64 {
    work::number(x)
}

#[memoize(SharedCache, Capacity: 10_000)]
pub(crate) fn bounded_string(x: u64) -> String {
    work::string(x)
}

#[memoize(SharedCache, Capacity: 10_000)]
pub(crate) fn large(x: u64) -> u64 {
    work::number(x)
}
