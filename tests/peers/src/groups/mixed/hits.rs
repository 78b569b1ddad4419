//! Hits on so many keys, each as often as any other.

use moka::policy::EvictionPolicy;

use crate::alternation::Effort;
use crate::crew::{Crew, Run};
use crate::groups::mixed::row::{Measured, Row, Turns, Work};
use crate::peers::by_hand::{ByHand as _, Dash, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MEMOIZE_SHARED, MOKA, NO_CACHE, OURS, QUICK};
use crate::peers::{cached, concurrent, forget_bounded, forget_numbers, memoize, memoize_shared, ours};
use crate::work::{self, BOUND, HOUR, LARGE_BOUND};

/// `quick_cache` cannot be without a bound: so much that it has room, wherever its keys fall.
const ROOM: usize = 500_000;

struct Hits<'a, V> {
    row: Row<'a>,
    keys: u64,
    body: fn(u64) -> V,
}

impl<'a, V: PartialEq + 'static> Hits<'a, V> {
    fn new(crew: &'a Crew, name: &'static str, keys: u64, body: fn(u64) -> V) -> Self {
        Self { row: Row::new(crew, name, Work::Hits), keys, body }
    }

    /// Before each batch every key is called for once: neither what is not kept yet is measured nor what the others left
    /// in the processor's caches.
    fn add(&mut self, name: &'static str, call: impl Fn(u64) -> V + Send + Sync + 'static) {
        let Self { keys, body, .. } = *self;
        let turns = Turns::default();
        self.row.add(name, move |shift| {
            let wrong = (0..keys).filter(|key| call(*key) != body(*key)).count();
            Run { wrong, ..shift.time(turns.apart(shift).map(|turn| work::uniform(turn, keys)), &call) }
        });
    }

    fn measure(mut self, effort: Effort) -> Measured {
        self.add(NO_CACHE, self.body);
        self.row.measure(effort, None)
    }
}

pub(super) fn unbounded(crew: &Crew, effort: Effort, name: &'static str, keys: u64) -> Measured {
    forget_numbers();
    let (moka, quick, dash) = (Moka::builder().build(), Quick::new(ROOM), Dash::new());
    let mut hits = Hits::new(crew, name, keys, work::number);
    hits.add(OURS, ours::number);
    hits.add(CACHED, cached::number);
    hits.add(CONCURRENT, concurrent::number);
    hits.add(MEMOIZE, memoize::number);
    hits.add(MEMOIZE_SHARED, memoize_shared::number);
    hits.add(MOKA, move |x| moka.call(&x, |x| work::number(*x)));
    hits.add(QUICK, move |x| quick.call(&x, |x| work::number(*x)));
    hits.add(DASH, move |x| dash.call(&x, |x| work::number(*x)));
    hits.measure(effort)
}

/// At a bound that is not full.
pub(super) fn bounded(crew: &Crew, effort: Effort, name: &'static str, keys: u64) -> Measured {
    forget_bounded();
    let moka = Moka::builder().max_capacity(BOUND as u64).eviction_policy(EvictionPolicy::lru()).build();
    let quick = Quick::new(BOUND);
    let mut hits = Hits::new(crew, name, keys, work::number);
    hits.add(OURS, ours::bounded);
    hits.add(CACHED, cached::bounded);
    hits.add(CONCURRENT, concurrent::bounded);
    hits.add(MEMOIZE, memoize::bounded);
    hits.add(MEMOIZE_SHARED, memoize_shared::bounded);
    hits.add(MOKA, move |x| moka.call(&x, |x| work::number(*x)));
    hits.add(QUICK, move |x| quick.call(&x, |x| work::number(*x)));
    hits.measure(effort)
}

pub(super) fn mortal(crew: &Crew, effort: Effort, name: &'static str, keys: u64) -> Measured {
    let moka = Moka::builder().time_to_live(HOUR).build();
    let mut hits = Hits::new(crew, name, keys, work::number);
    hits.add(OURS, ours::mortal);
    hits.add(CACHED, cached::mortal);
    hits.add(CONCURRENT, concurrent::mortal);
    hits.add(MEMOIZE, memoize::mortal);
    hits.add(MEMOIZE_SHARED, memoize_shared::mortal);
    hits.add(MOKA, move |x| moka.call(&x, |x| work::number(*x)));
    hits.measure(effort)
}

/// At a bound that is not full.
pub(super) fn strings(crew: &Crew, effort: Effort, name: &'static str, keys: u64) -> Measured {
    let moka = Moka::builder().max_capacity(LARGE_BOUND as u64).eviction_policy(EvictionPolicy::lru()).build();
    let quick = Quick::new(LARGE_BOUND);
    let mut hits = Hits::new(crew, name, keys, work::string);
    hits.add(OURS, ours::bounded_string);
    hits.add(CACHED, cached::bounded_string);
    hits.add(CONCURRENT, concurrent::bounded_string);
    hits.add(MEMOIZE, memoize::bounded_string);
    hits.add(MEMOIZE_SHARED, memoize_shared::bounded_string);
    hits.add(MOKA, move |x| moka.call(&x, |x| work::string(*x)));
    hits.add(QUICK, move |x| quick.call(&x, |x| work::string(*x)));
    hits.measure(effort)
}
