//! What happened to the calls of one function.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::hit_count::HitCount;
use crate::stats::Stats;
use crate::thread;

pub(crate) struct Counters {
    pub(crate) hits: HitCount,
    pub(crate) misses: Count,
    pub(crate) waits: Count,
    pub(crate) stale: Count,
    pub(crate) bypassed: Count,
    pub(crate) evictions: Count,
    load_nanoseconds: AtomicU64,
    #[cfg(feature = "metrics")]
    entries: AtomicU64,
}

#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes one back: it turned out to be something else.
    pub(crate) fn not_one(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            hits: HitCount::new(),
            misses: Count::default(),
            waits: Count::default(),
            stale: Count::default(),
            bypassed: Count::default(),
            evictions: Count::default(),
            load_nanoseconds: AtomicU64::new(0),
            #[cfg(feature = "metrics")]
            entries: AtomicU64::new(0),
        }
    }
}

impl Counters {
    pub(crate) fn hit(&self) {
        self.hits.one(self.hits.of(thread::this()));
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
            crate::telemetry::entries_changed(function, entries);
        }
    }

    pub(crate) fn loaded(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.load_nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self, entries: usize) -> Stats {
        Stats {
            hits: self.hits.get(),
            misses: self.misses.get(),
            waits: self.waits.get(),
            stale: self.stale.get(),
            bypassed: self.bypassed.get(),
            evictions: self.evictions.get(),
            entries: entries as u64,
            load_time: Duration::from_nanos(self.load_nanoseconds.load(Ordering::Relaxed)),
        }
    }
}
