//! Misses with a trivial body, each thread on keys of its own: what it costs to take a value in.

use std::sync::{Arc, Mutex, PoisonError};

use moka::policy::EvictionPolicy;

use crate::alternation::Effort;
use crate::crew::{Crew, Shift};
use crate::groups::mixed::row::{Measured, Row, Turns, Work};
use crate::peers::by_hand::{ByHand as _, Dash, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MEMOIZE_SHARED, MOKA, OUR_TINY_LFU, OURS, QUICK};
use crate::peers::{cached, concurrent, memoize, memoize_shared, ours};
use crate::work::{self, BOUND};

const GET_WITH: &str = "moka get_with";
/// The misses of a thread between two clears. A number of calls and not a time, so that all tables grow as large.
const BATCH: u32 = 10_000;
const ROOM: usize = 40_000;

/// Adds a contender that is asked for keys it never saw. What `begin` does on each thread before a batch is not timed.
fn add<C>(
    row: &mut Row<'_>,
    name: &'static str,
    begin: impl Fn(&Shift) -> C + Send + Sync + 'static,
    call: impl Fn(&C, u64) -> u64 + Send + Sync + 'static,
) {
    let turns = Turns::default();
    row.add(name, move |shift| {
        let cache = begin(shift);
        shift.time(turns.apart(shift).map(|turn| 1_000_000 + turn), |key| call(&cache, key))
    });
}

/// A new one for each batch, for all its threads: moka's clear is lazy.
fn fresh<C: Send + Sync>(new: impl Fn() -> C + Send + Sync) -> impl Fn(&Shift) -> Arc<C> + Send + Sync {
    let current = Mutex::new((0, Arc::new(new())));
    move |shift| {
        let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 != shift.number {
            *current = (shift.number, Arc::new(new()));
        }
        Arc::clone(&current.1)
    }
}

/// Each begins a batch with an empty table, emptied as its owner would do it.
pub(super) fn unbounded(crew: &Crew, effort: Effort, name: &'static str) -> Measured {
    let moka = || Moka::builder().build();
    let row = &mut Row::new(crew, name, Work::Misses);
    add(row, OURS, |_| ours::NUMBER.clear(), |(), x| ours::number(x));
    add(row, CACHED, |_| cached::forget_numbers(), |(), x| cached::number(x));
    add(row, CONCURRENT, |_| concurrent::forget_numbers(), |(), x| concurrent::number(x));
    add(row, MEMOIZE, |_| memoize::memoized_flush_number(), |(), x| memoize::number(x));
    add(row, MEMOIZE_SHARED, |_| memoize_shared::memoized_flush_number(), |(), x| memoize_shared::number(x));
    add(row, MOKA, fresh(moka), |moka, x| moka.call(&x, |x| work::number(*x)));
    add(row, GET_WITH, fresh(moka), |moka, x| moka.get_with(x, || work::number(x)));
    add(row, QUICK, fresh(|| Quick::new(ROOM)), |quick, x| quick.call(&x, |x| work::number(*x)));
    add(row, DASH, fresh(Dash::new), |dash, x| dash.call(&x, |x| work::number(*x)));
    row.measure(effort, Some(BATCH))
}

/// All are full, and stay so.
pub(super) fn evicting(crew: &Crew, effort: Effort, name: &'static str) -> Measured {
    let lru = || Moka::builder().max_capacity(BOUND as u64).eviction_policy(EvictionPolicy::lru()).build();
    let (moka, moka_get_with) = (lru(), lru());
    let quick = Quick::new(BOUND);
    let row = &mut Row::new(crew, name, Work::Misses);
    add(row, OURS, |_| (), |(), x| ours::bounded(x));
    add(row, OUR_TINY_LFU, |_| (), |(), x| ours::bounded_tiny_lfu(x));
    add(row, CACHED, |_| (), |(), x| cached::bounded(x));
    add(row, CONCURRENT, |_| (), |(), x| concurrent::bounded(x));
    add(row, MEMOIZE, |_| (), |(), x| memoize::bounded(x));
    add(row, MEMOIZE_SHARED, |_| (), |(), x| memoize_shared::bounded(x));
    add(row, MOKA, |_| (), move |(), x| moka.call(&x, |x| work::number(*x)));
    add(row, GET_WITH, |_| (), move |(), x| moka_get_with.get_with(x, || work::number(x)));
    add(row, QUICK, |_| (), move |(), x| quick.call(&x, |x| work::number(*x)));
    row.measure(effort, Some(BATCH))
}
