//! The counters of one function.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::observe::outcome::{Outcome, Refresh};
use crate::observe::stats::{Evictions, Refreshes, Stats};
use crate::observe::thread_count::ThreadCount;
use crate::thread::this;
use crate::value::removal::RemovalCause;

pub(crate) struct Counters {
    pub(crate) hits: ThreadCount,
    misses: ThreadCount,
    waits: Count,
    stale: Count,
    bypassed: Count,
    evictions: [Count; RemovalCause::ALL.len()],
    refreshes: [Count; 3],
    pub(crate) too_heavy: Count,
    /// Somebody was told of a value that is too heavy.
    pub(crate) has_warned_of_weight: AtomicBool,
    #[cfg(feature = "disk")]
    pub(crate) persisted: Count,
    pub(crate) not_persisted: Count,
    /// Somebody was told of a value that cannot be persisted.
    #[cfg(feature = "disk")]
    pub(crate) has_warned_of_persisting: AtomicBool,
    load_nanoseconds: ThreadCount,
    /// The counts at the last reset. Hits and misses are counted by their threads alone, so nothing is ever set to zero.
    base: Mutex<Stats>,
    #[cfg(feature = "metrics")]
    entries: AtomicU64,
}

#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn one(&self) {
        self.add(1);
    }

    fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            hits: ThreadCount::new(),
            misses: ThreadCount::new(),
            waits: Count::default(),
            stale: Count::default(),
            bypassed: Count::default(),
            evictions: Default::default(),
            refreshes: Default::default(),
            too_heavy: Count::default(),
            has_warned_of_weight: AtomicBool::new(false),
            #[cfg(feature = "disk")]
            persisted: Count::default(),
            not_persisted: Count::default(),
            #[cfg(feature = "disk")]
            has_warned_of_persisting: AtomicBool::new(false),
            load_nanoseconds: ThreadCount::new(),
            base: Mutex::default(),
            #[cfg(feature = "metrics")]
            entries: AtomicU64::new(0),
        }
    }
}

impl Counters {
    /// A call was answered.
    pub(crate) fn answered(&self, outcome: Outcome) {
        match outcome {
            Outcome::Hit => self.hits.one(self.hits.of(this::this())),
            Outcome::Miss(_) => self.misses.one(self.misses.of(this::this())),
            Outcome::Waited => self.waits.one(),
            Outcome::Stale => self.stale.one(),
            Outcome::Bypassed => self.bypassed.one(),
        }
    }

    pub(crate) fn evicted(&self, cause: RemovalCause, entries: u64) {
        self.evictions[cause as usize].add(entries);
    }

    pub(crate) fn refreshed(&self, refresh: Refresh) {
        self.refreshes[refresh as usize].one();
    }

    /// Counting begins anew.
    pub(crate) fn reset(&self) {
        let mut base = self.base.lock();
        *base = self.totals();
    }

    /// Counts a change in one of the function's stores; was there one?
    #[cfg(feature = "metrics")]
    pub(crate) fn count_entries(&self, before: usize, after: usize) -> bool {
        self.entries.fetch_add((after as u64).wrapping_sub(before as u64), Ordering::Relaxed);
        before != after
    }

    /// Tells the gauge how many there are, until nobody has changed that meanwhile: whoever is last to tell is right.
    #[cfg(feature = "metrics")]
    pub(crate) fn tell_entries(&self, function: &'static str) {
        let mut told = None;
        loop {
            let entries = self.entries.load(Ordering::SeqCst);
            if told.replace(entries) == Some(entries) {
                return;
            }
            crate::observe::telemetry::entries_changed(function, entries);
        }
    }

    pub(crate) fn loaded(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.load_nanoseconds.add(nanoseconds, self.load_nanoseconds.of(this::this()));
    }

    pub(crate) fn stats(&self, entries: usize) -> Stats {
        let base = self.base.lock();
        Stats { entries: entries as u64, ..self.totals().since(&base) }
    }

    /// All that was ever counted.
    fn totals(&self) -> Stats {
        let evictions = |cause: RemovalCause| self.evictions[cause as usize].get();
        let refreshes = |refresh| self.refreshes[refresh as usize].get();
        Stats {
            hits: self.hits.get(),
            misses: self.misses.get(),
            waits: self.waits.get(),
            stale: self.stale.get(),
            bypassed: self.bypassed.get(),
            evictions: evictions(RemovalCause::Bound),
            evicted: Evictions {
                bound: evictions(RemovalCause::Bound),
                expired: evictions(RemovalCause::Expired),
                cleared: evictions(RemovalCause::Cleared) + evictions(RemovalCause::ScopeEnded),
                invalid: evictions(RemovalCause::Invalid),
                replaced: evictions(RemovalCause::Replaced),
            },
            refreshes: Refreshes {
                done: refreshes(Refresh::Done),
                failed: refreshes(Refresh::Failed),
                skipped: refreshes(Refresh::Skipped),
            },
            too_heavy: self.too_heavy.get(),
            not_persisted: self.not_persisted.get(),
            entries: 0,
            load_time: Duration::from_nanos(self.load_nanoseconds.get()),
        }
    }
}
