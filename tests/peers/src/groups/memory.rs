//! The memory of a million entries.

use std::hint::black_box;
use std::time::Instant;

use cache_runtime::cache_data;
use cached::macros::{cached, concurrent_cached};
use cached::{Cached as _, ConcurrentCached as _};
use memoize::memoize;

use crate::allocator::Meter;
use crate::alternation::Effort;
use crate::check::Check;
use crate::findings::{Findings, nanoseconds};
use crate::peers::by_hand::{ByHand, Dash, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MOKA, OURS, QUICK};
use crate::table::Table;
use crate::work;

const ENTRIES: u32 = 1_000_000;
const CAPACITY: usize = 2_000_000;
const BOUNDED_OURS: &str = "our max_entries";

// Functions of this group's own: what is left of others' tables and given back here would be missing.
#[cache_data]
fn unbounded(x: u64) -> u64 {
    work::number(x)
}

/// Bounded, but with room for all.
#[cache_data(max_entries = CAPACITY)]
fn bounded(x: u64) -> u64 {
    work::number(x)
}

#[cached]
fn by_cached(x: u64) -> u64 {
    work::number(x)
}

#[concurrent_cached]
fn by_concurrent(x: u64) -> u64 {
    work::number(x)
}

#[memoize]
fn by_memoize(x: u64) -> u64 {
    work::number(x)
}

pub(crate) fn run(_: Effort, findings: &mut Findings) {
    let note = "1,000,000 entries of `u64 -> u64`: bytes asked of the allocator per entry, and what of them is still \
                there after `clear` (by hand: after the drop); the fill is measured once";
    let mut table = Table::new("Memory", note, ["", "bytes per entry", "after clear", "ns per entry to fill"]);
    let contenders = [
        (OURS, function(unbounded, || UNBOUNDED.clear())),
        (BOUNDED_OURS, function(bounded, || BOUNDED.clear())),
        (CACHED, function(by_cached, || BY_CACHED.write().cache_clear())),
        (CONCURRENT, function(by_concurrent, forget_concurrent)),
        (MEMOIZE, function(by_memoize, memoized_flush_by_memoize)),
        (MOKA, by_hand(|| Moka::builder().build())),
        (QUICK, by_hand(|| Quick::new(CAPACITY))),
        (DASH, by_hand(Dash::new)),
    ];
    for (name, Footprint { full, left, fill }) in contenders {
        match name {
            OURS => findings.check_everyday(Check::bytes("memory of an entry, no bound", 96.0, full)),
            BOUNDED_OURS => findings.check_everyday(Check::bytes("memory of an entry, max_entries", 128.0, full)),
            _ => {}
        }
        table.row([name.to_owned(), format!("{full:.1}"), format!("{left:.1}"), nanoseconds(fill)]);
    }
    findings.tables.push(table);
}

fn forget_concurrent() {
    let Ok(()) = BY_CONCURRENT.cache_clear();
}

/// Of an entry.
struct Footprint {
    /// Bytes while all are there.
    full: f64,
    /// Bytes when none is there any more.
    left: f64,
    /// Nanoseconds to take it in.
    fill: f64,
}

fn function(call: fn(u64) -> u64, clear: fn()) -> Footprint {
    measured(|| (), |(), x| call(x), |()| clear())
}

fn by_hand<C: ByHand<u64, u64>>(new: impl FnOnce() -> C) -> Footprint {
    measured(new, |cache, x| cache.call(&x, |x| work::number(*x)), drop)
}

fn measured<C>(new: impl FnOnce() -> C, call: impl Fn(&C, u64) -> u64, empty: impl FnOnce(C)) -> Footprint {
    let meter = Meter::begin();
    let start = Instant::now();
    let cache = new();
    for key in 0..u64::from(ENTRIES) {
        black_box(call(&cache, black_box(key)));
    }
    let took = start.elapsed();
    let full = meter.live();
    empty(cache);
    let left = meter.live();
    Footprint { full: per_entry(full), left: per_entry(left), fill: took.as_secs_f64() * 1e9 / f64::from(ENTRIES) }
}

fn per_entry(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(ENTRIES)
}
