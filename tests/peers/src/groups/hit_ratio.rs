//! How often a bound of one per cent of the keys still has what is asked for.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use cache_runtime::cache_data;
use cached::macros::{cached, concurrent_cached};
use memoize::memoize;
use moka::policy::EvictionPolicy;

use crate::alternation::Effort;
use crate::check::Check;
use crate::findings::Findings;
use crate::peers::by_hand::{ByHand as _, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, MEMOIZE, OURS, QUICK};
use crate::table::Table;
use crate::trace;
use crate::work::BOUND;

/// How often a body ran.
static RUNS: AtomicU32 = AtomicU32::new(0);

fn body(x: u64) -> u64 {
    RUNS.fetch_add(1, Relaxed);
    x
}

#[cache_data(max_entries = BOUND)]
fn ours_at_a_bound(x: u64) -> u64 {
    body(x)
}

#[cache_data(max_entries = BOUND, eviction = "lru")]
fn ours_lru(x: u64) -> u64 {
    body(x)
}

#[cache_data(max_entries = BOUND, eviction = "tiny_lfu")]
fn ours_tiny_lfu(x: u64) -> u64 {
    body(x)
}

#[cached(max_size = 1_000)]
fn cached_lru(x: u64) -> u64 {
    body(x)
}

#[concurrent_cached(max_size = 1_000)]
fn concurrent_lru(x: u64) -> u64 {
    body(x)
}

#[memoize(Capacity: 1_000)]
fn memoize_lru(x: u64) -> u64 {
    body(x)
}

pub(crate) fn run(_: Effort, findings: &mut Findings) {
    let note = "hits in per cent of 1,000,000 accesses to 100,000 keys with a bound of 1,000: Zipf with exponent 1, and \
                the same with 2,000 keys that never come again after every 10,000";
    let mut table = Table::new("Hit ratio", note, ["", "Zipf", "Zipf with scans"]);

    let moka = |policy| Moka::builder().max_capacity(BOUND as u64).eviction_policy(policy).build();
    let (moka_lru, moka_tiny_lfu) = (moka(EvictionPolicy::lru()), moka(EvictionPolicy::tiny_lfu()));
    let quick = Quick::new(BOUND);
    let contenders: [(&str, &dyn Fn(u64) -> u64); 9] = [
        (OURS, &ours_at_a_bound),
        ("our lru", &ours_lru),
        ("moka lru", &|x| moka_lru.call(&x, |x| body(*x))),
        ("our tiny_lfu", &ours_tiny_lfu),
        ("moka tiny_lfu", &|x| moka_tiny_lfu.call(&x, |x| body(*x))),
        (CACHED, &cached_lru),
        (CONCURRENT, &concurrent_lru),
        (MEMOIZE, &memoize_lru),
        (QUICK, &|x| quick.call(&x, |x| body(*x))),
    ];
    let traces = [trace::zipf(), trace::zipf_with_scans()];
    let ratios = contenders.map(|(name, call)| (name, traces.each_ref().map(|trace| ratio(trace, call))));
    for (name, [usual, with_scans]) in ratios {
        table.row([name.to_owned(), format!("{usual:.2}"), format!("{with_scans:.2}")]);
    }
    findings.tables.push(table);

    let [ours, our_lru, moka, our_tiny, moka_tiny, ..] = ratios.map(|(_, [usual, _])| usual);
    findings.check(Check::points_below("hit ratio on Zipf, points below moka, the default", 1.0, ours, moka));
    findings.check(Check::points_below("hit ratio on Zipf, points below moka, lru", 1.0, our_lru, moka));
    findings.check(Check::points_below("hit ratio on Zipf, points below moka, tiny_lfu", 1.0, our_tiny, moka_tiny));
}

/// The hits in per cent. The second trace meets what the first one left; of a million accesses that is soon gone.
fn ratio(trace: &[u64], call: &dyn Fn(u64) -> u64) -> f64 {
    RUNS.store(0, Relaxed);
    for &key in trace {
        call(key);
    }
    let accesses = u32::try_from(trace.len()).unwrap_or(u32::MAX);
    100.0 - f64::from(RUNS.load(Relaxed)) / f64::from(accesses) * 100.0
}
