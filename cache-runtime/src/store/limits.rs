//! Options that are set while the program runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::store::options::Options;

/// Limits that were set; the others are as the attribute has them.
pub(crate) struct Limits {
    /// In nanoseconds.
    ttl: AtomicU64,
    max_entries: AtomicU64,
}

const NOT_SET: u64 = u64::MAX;

/// Something to be set.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    Ttl(Duration),
    MaxEntries(u64),
}

impl Limits {
    pub(crate) const fn new() -> Self {
        Self { ttl: AtomicU64::new(NOT_SET), max_entries: AtomicU64::new(NOT_SET) }
    }

    pub(crate) fn set(&self, limit: Limit) {
        match limit {
            Limit::Ttl(ttl) => {
                let nanoseconds = u64::try_from(ttl.as_nanos()).unwrap_or(u64::MAX);
                self.ttl.store(nanoseconds.min(NOT_SET - 1), Ordering::Relaxed);
            }
            Limit::MaxEntries(max_entries) => self.max_entries.store(max_entries.min(NOT_SET - 1), Ordering::Relaxed),
        }
    }

    #[inline]
    pub(crate) fn ttl(&self) -> Option<Duration> {
        set(&self.ttl).map(Duration::from_nanos)
    }

    #[inline]
    pub(crate) fn max_entries(&self) -> Option<u64> {
        set(&self.max_entries)
    }

    /// These options, as they are now.
    pub(crate) fn of(&self, options: Options) -> Options {
        Options { ttl: self.ttl().or(options.ttl), max_entries: self.max_entries().or(options.max_entries), ..options }
    }
}

#[inline]
fn set(value: &AtomicU64) -> Option<u64> {
    Some(value.load(Ordering::Relaxed)).filter(|value| *value != NOT_SET)
}

impl Limit {
    /// Options in which this is set.
    pub(crate) fn within(self, options: Options) -> Options {
        match self {
            Self::Ttl(ttl) => Options { ttl: Some(ttl), ..options },
            Self::MaxEntries(max_entries) => Options { max_entries: Some(max_entries), ..options },
        }
    }
}
