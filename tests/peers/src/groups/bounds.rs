//! Hits where there are bounds and lifetimes: what it costs to look at the clock and to note the use.

use std::hint::black_box;

use moka::policy::EvictionPolicy;

use crate::alternation::{Case, Effort, Samples};
use crate::check::Check;
use crate::findings::{Findings, Grid};
use crate::peers::by_hand::{ByHand as _, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, MEMOIZE, MEMOIZE_SHARED, MOKA, OUR_TINY_LFU, OURS, QUICK};
use crate::peers::{cached, concurrent, memoize, memoize_shared, ours};
use crate::work::{self, BOUND, HOT, HOUR};

/// Few enough to fit into every bound, also where it is divided among shards.
const KEYS: u64 = 512;

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let note = "hits, `u64 -> u64`. For `cached`, `time_to_idle` is `ttl_secs` with `refresh`";
    let mut grid = Grid::new("Bounds and lifetimes", note);

    let samples = bounded(effort, || black_box(HOT));
    findings.check(Check::ratio("u64 -> u64, max_entries, against cached", 0.3, samples.ratio(OURS, CACHED)));
    findings.chart("max_entries", &samples);
    grid.add("max_entries", &samples);

    let mut turn = 0;
    let keys = move || {
        turn += 1;
        black_box(work::spread(turn, KEYS))
    };
    grid.add("max_entries, 512 keys", &bounded(effort, keys));

    let samples = mortal(effort);
    findings.chart("ttl", &samples);
    grid.add("ttl", &samples);

    let samples = bounded_mortal(effort);
    findings.check(Check::ratio("u64 -> u64, ttl + max_entries, against cached", 0.35, samples.ratio(OURS, CACHED)));
    findings.chart("ttl + max_entries", &samples);
    grid.add("ttl + max_entries", &samples);

    let samples = idle(effort);
    findings.chart("time_to_idle", &samples);
    grid.add("time_to_idle", &samples);
    findings.grid(&grid);
}

fn bounded(effort: Effort, keys: impl FnMut() -> u64 + Clone) -> Samples {
    let moka = Moka::builder().max_capacity(BOUND as u64).eviction_policy(EvictionPolicy::lru()).build();
    let quick = Quick::new(BOUND);
    let mut case = Case::new();
    case = add(case, OURS, keys.clone(), ours::bounded);
    case = add(case, OUR_TINY_LFU, keys.clone(), ours::bounded_tiny_lfu);
    case = add(case, CACHED, keys.clone(), cached::bounded);
    case = add(case, CONCURRENT, keys.clone(), concurrent::bounded);
    case = add(case, MEMOIZE, keys.clone(), memoize::bounded);
    case = add(case, MEMOIZE_SHARED, keys.clone(), memoize_shared::bounded);
    case = add(case, MOKA, keys.clone(), |x| moka.call(&x, |x| work::number(*x)));
    case = add(case, QUICK, keys, |x| quick.call(&x, |x| work::number(*x)));
    case.measure(effort)
}

/// Adds a contender that goes through the keys on its own.
fn add<'a>(
    case: Case<'a>,
    name: &'static str,
    mut keys: impl FnMut() -> u64 + 'a,
    call: impl Fn(u64) -> u64 + 'a,
) -> Case<'a> {
    case.add(name, move || call(keys()))
}

fn mortal(effort: Effort) -> Samples {
    let moka = Moka::builder().time_to_live(HOUR).build();
    Case::new()
        .add(OURS, || ours::mortal(black_box(HOT)))
        .add(CACHED, || cached::mortal(black_box(HOT)))
        .add(CONCURRENT, || concurrent::mortal(black_box(HOT)))
        .add(MEMOIZE, || memoize::mortal(black_box(HOT)))
        .add(MEMOIZE_SHARED, || memoize_shared::mortal(black_box(HOT)))
        .add(MOKA, move || moka.call(black_box(&HOT), |x| work::number(*x)))
        .measure(effort)
}

fn bounded_mortal(effort: Effort) -> Samples {
    let moka =
        Moka::builder().max_capacity(BOUND as u64).eviction_policy(EvictionPolicy::lru()).time_to_live(HOUR).build();
    Case::new()
        .add(OURS, || ours::bounded_mortal(black_box(HOT)))
        .add(CACHED, || cached::bounded_mortal(black_box(HOT)))
        .add(CONCURRENT, || concurrent::bounded_mortal(black_box(HOT)))
        .add(MEMOIZE, || memoize::bounded_mortal(black_box(HOT)))
        .add(MEMOIZE_SHARED, || memoize_shared::bounded_mortal(black_box(HOT)))
        .add(MOKA, move || moka.call(black_box(&HOT), |x| work::number(*x)))
        .measure(effort)
}

fn idle(effort: Effort) -> Samples {
    let moka = Moka::builder().time_to_idle(HOUR).build();
    Case::new()
        .add(OURS, || ours::idle(black_box(HOT)))
        .add(CACHED, || cached::idle(black_box(HOT)))
        .add(CONCURRENT, || concurrent::idle(black_box(HOT)))
        .add(MOKA, move || moka.call(black_box(&HOT), |x| work::number(*x)))
        .measure(effort)
}
