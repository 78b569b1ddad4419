//! What happened to the calls of one function.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use thread_local::ThreadLocal;

use crate::stats::Stats;

#[derive(Default)]
pub(crate) struct Counters {
    /// One per thread, written by it alone: counting a hit shares nothing.
    hits: ThreadLocal<AtomicU64>,
    pub(crate) misses: Count,
    pub(crate) waits: Count,
    pub(crate) stale: Count,
    pub(crate) bypassed: Count,
    pub(crate) evictions: Count,
    load_nanoseconds: AtomicU64,
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

impl Counters {
    pub(crate) fn prepare_thread(&self) {
        self.hits.get_or_default();
    }

    #[inline]
    pub(crate) fn hit(&self) {
        let own = self.hits.get_or_default();
        own.store(own.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    pub(crate) fn loaded(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.load_nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self, entries: usize) -> Stats {
        Stats {
            hits: self.hits.iter().map(|own| own.load(Ordering::Relaxed)).sum(),
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
