//! Few keys that come often and many that seldom come, at a bound that is full: hits and misses as users have them.

use std::sync::Arc;

use moka::policy::EvictionPolicy;

use crate::alternation::Effort;
use crate::crew::{Crew, MEMBERS, Run};
use crate::groups::mixed::row::{Measured, Row, Turns, Work};
use crate::peers::by_hand::{ByHand as _, Moka, Quick};
use crate::peers::names::{
    CACHED, CONCURRENT, MEMOIZE, MEMOIZE_SHARED, MOKA, MOKA_TINY_LFU, OUR_TINY_LFU, OURS, QUICK,
};
use crate::peers::{cached, concurrent, memoize, memoize_shared, ours};
use crate::trace;
use crate::work::{self, LARGE_BOUND};

/// So many accesses before each batch bring back into the processor's caches what the others have driven out.
const LAP: u32 = 10_000;

struct Zipf<'a> {
    row: Row<'a>,
    trace: Arc<[u64]>,
}

impl Zipf<'_> {
    /// The threads go round the trace, each from a place of its own.
    fn add(&mut self, name: &'static str, call: impl Fn(u64) -> u64 + Send + Sync + 'static) {
        let trace = Arc::clone(&self.trace);
        let turns = Turns::default();
        self.row.add(name, move |shift| {
            let turn = usize::try_from(turns.next(shift.place, LAP + shift.calls)).unwrap_or_default();
            let from = (turn + shift.place * trace.len() / MEMBERS) % trace.len();
            let mut keys = trace[from..].iter().chain(trace.iter()).copied();
            let wrong = keys.by_ref().take(LAP as usize).filter(|key| call(*key) != work::triple(*key)).count();
            Run { wrong, ..shift.time(keys, &call) }
        });
    }
}

pub(super) fn full(crew: &Crew, effort: Effort, name: &'static str) -> Measured {
    let moka = |policy| Moka::builder().max_capacity(LARGE_BOUND as u64).eviction_policy(policy).build();
    let (moka, moka_tiny_lfu) = (moka(EvictionPolicy::lru()), moka(EvictionPolicy::tiny_lfu()));
    let quick = Quick::new(LARGE_BOUND);
    let mut zipf = Zipf { row: Row::new(crew, name, Work::Both), trace: trace::zipf().into() };
    zipf.add(OURS, ours::large);
    zipf.add(OUR_TINY_LFU, ours::large_tiny_lfu);
    zipf.add(CACHED, cached::large);
    zipf.add(CONCURRENT, concurrent::large);
    zipf.add(MEMOIZE, memoize::large);
    zipf.add(MEMOIZE_SHARED, memoize_shared::large);
    zipf.add(MOKA, move |x| moka.call(&x, |x| work::number(*x)));
    zipf.add(MOKA_TINY_LFU, move |x| moka_tiny_lfu.call(&x, |x| work::number(*x)));
    zipf.add(QUICK, move |x| quick.call(&x, |x| work::number(*x)));
    // So that all are full, and what is evicted is a matter of habit.
    zipf.row.warm_up(200_000);
    zipf.row.measure(effort, None)
}
