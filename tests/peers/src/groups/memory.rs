//! The memory of a million entries.

use std::hint::black_box;
use std::time::Instant;

use cache_runtime::cache_data;

use crate::allocator::Meter;
use crate::alternation::Effort;
use crate::findings::{Findings, nanoseconds};
use crate::peers::by_hand::{ByHand, Dash, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MOKA, OURS, QUICK};
use crate::peers::{cached, concurrent, forget_numbers, memoize, ours};
use crate::table::Table;
use crate::work;

const ENTRIES: u32 = 1_000_000;
const CAPACITY: usize = 2_000_000;

/// Bounded, but with room for all.
#[cache_data(max_entries = CAPACITY)]
fn bounded(x: u64) -> u64 {
    work::number(x)
}

pub(crate) fn run(_: Effort, findings: &mut Findings) {
    let note = "1,000,000 entries of `u64 -> u64`: bytes asked of the allocator per entry, and what of them is still \
                there after `clear` (by hand: after the drop); the fill is measured once";
    let mut table = Table::new("Memory", note, ["", "bytes per entry", "after clear", "ns per entry to fill"]);
    forget_numbers();
    table.row(function(OURS, ours::number, || ours::NUMBER.clear()));
    table.row(function("our max_entries", bounded, || BOUNDED.clear()));
    table.row(function(CACHED, cached::number, cached::forget_numbers));
    table.row(function(CONCURRENT, concurrent::number, concurrent::forget_numbers));
    table.row(function(MEMOIZE, memoize::number, memoize::memoized_flush_number));
    table.row(by_hand(MOKA, || Moka::builder().build()));
    table.row(by_hand(QUICK, || Quick::new(CAPACITY)));
    table.row(by_hand(DASH, Dash::new));
    findings.tables.push(table);
}

fn function(name: &str, call: fn(u64) -> u64, clear: fn()) -> [String; 4] {
    row(name, || (), |(), x| call(x), |()| clear())
}

fn by_hand<C: ByHand<u64, u64>>(name: &str, new: impl FnOnce() -> C) -> [String; 4] {
    row(name, new, |cache, x| cache.call(&x, |x| work::number(*x)), drop)
}

fn row<C>(name: &str, new: impl FnOnce() -> C, call: impl Fn(&C, u64) -> u64, empty: impl FnOnce(C)) -> [String; 4] {
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
    let time = took.as_secs_f64() * 1e9 / f64::from(ENTRIES);
    [name.to_owned(), per_entry(full), per_entry(left), nanoseconds(time)]
}

fn per_entry(bytes: usize) -> String {
    let tenths = bytes * 10 / ENTRIES as usize;
    format!("{}.{}", tenths / 10, tenths % 10)
}
