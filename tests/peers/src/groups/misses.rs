//! Misses with a trivial body: what it costs to take a value in.

use std::hint::black_box;
use std::time::Instant;

use moka::policy::EvictionPolicy;

use crate::alternation::{Case, Effort, Samples};
use crate::findings::{Findings, Grid};
use crate::peers::by_hand::{ByHand as _, Dash, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MEMOIZE_SHARED, MOKA, OURS, QUICK};
use crate::peers::{cached, concurrent, memoize, memoize_shared, ours};
use crate::work::{self, BOUND};

const GET_WITH: &str = "moka get_with";
const TINY_LFU: &str = "our tiny_lfu";
/// The misses between two clears. A number of calls and not a time, so that all tables grow as large.
const BATCH: u32 = 10_000;
const ROOM: usize = 20_000;

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let note = "10,000 fresh keys, `u64 -> u64`. Without a bound they go into an emptied table, at the bound of 1,000 \
                each evicts another";
    let mut grid = Grid::new("Misses", note);
    grid.add("no bound", unbounded(effort));
    grid.add("max_entries, evicting", evicting(effort));
    findings.grid(&grid);
}

/// Adds a contender that is asked for keys it never saw. What `begin` does before each batch is not timed.
fn add<'a, C>(
    case: Case<'a>,
    name: &'static str,
    mut begin: impl FnMut() -> C + 'a,
    call: impl Fn(&C, u64) -> u64 + 'a,
) -> Case<'a> {
    let mut fresh = 1_000_000..;
    case.add_fixed(name, BATCH, move |calls| {
        let cache = begin();
        let start = Instant::now();
        for key in fresh.by_ref().take(calls as usize) {
            black_box(call(&cache, black_box(key)));
        }
        start.elapsed()
    })
}

/// Each begins a batch with an empty table, emptied as its owner would do it.
fn unbounded(effort: Effort) -> Samples {
    let dash = Dash::new();
    let mut case = Case::new();
    case = add(case, OURS, || ours::NUMBER.clear(), |(), x| ours::number(x));
    case = add(case, CACHED, cached::forget_numbers, |(), x| cached::number(x));
    case = add(case, CONCURRENT, concurrent::forget_numbers, |(), x| concurrent::number(x));
    case = add(case, MEMOIZE, memoize::memoized_flush_number, |(), x| memoize::number(x));
    case = add(case, MEMOIZE_SHARED, memoize_shared::memoized_flush_number, |(), x| memoize_shared::number(x));
    // Of moka and quick_cache a new one: the one's clear is lazy, the other's table is as large from the beginning.
    case = add(case, MOKA, || Moka::builder().build(), |moka, x| moka.call(&x, |x| work::number(*x)));
    case = add(case, GET_WITH, || Moka::builder().build(), |moka, x| moka.get_with(x, || work::number(x)));
    case = add(case, QUICK, || Quick::new(ROOM), |quick, x| quick.call(&x, |x| work::number(*x)));
    case = add(case, DASH, || dash.clear(), |(), x| dash.call(&x, |x| work::number(*x)));
    case.measure(effort)
}

/// All are full, and stay so.
fn evicting(effort: Effort) -> Samples {
    let lru = || Moka::builder().max_capacity(BOUND as u64).eviction_policy(EvictionPolicy::lru()).build();
    let (moka, moka_get_with) = (lru(), lru());
    let quick = Quick::new(BOUND);
    let mut case = Case::new();
    case = add(case, OURS, || (), |(), x| ours::bounded(x));
    case = add(case, TINY_LFU, || (), |(), x| ours::bounded_tiny_lfu(x));
    case = add(case, CACHED, || (), |(), x| cached::bounded(x));
    case = add(case, CONCURRENT, || (), |(), x| concurrent::bounded(x));
    case = add(case, MEMOIZE, || (), |(), x| memoize::bounded(x));
    case = add(case, MEMOIZE_SHARED, || (), |(), x| memoize_shared::bounded(x));
    case = add(case, MOKA, || (), |(), x| moka.call(&x, |x| work::number(*x)));
    case = add(case, GET_WITH, || (), |(), x| moka_get_with.get_with(x, || work::number(x)));
    case = add(case, QUICK, || (), |(), x| quick.call(&x, |x| work::number(*x)));
    case.measure(effort)
}
