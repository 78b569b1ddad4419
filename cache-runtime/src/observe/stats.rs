//! The statistics of a function.

use std::fmt;
use std::time::Duration;

/// Counts of the calls of one function so far. Each call is counted once, by how it was answered; one that
/// panics because it is recursive, or is dropped while it waits, was not answered.
///
/// Shown as one line whose columns stand below each other for several functions:
///
/// ```
/// use cache_runtime::cache_data;
///
/// #[cache_data]
/// fn square(x: u64) -> u64 {
///     x * x
/// }
///
/// square(3);
/// square(3);
/// square(4);
/// let stats = SQUARE.stats();
/// assert_eq!((stats.hits, stats.misses, stats.entries), (1, 2, 2));
/// assert!(stats.to_string().contains("hit ratio  33.3 %"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls answered with a kept value.
    pub hits: u64,
    /// Calls that ran the body and got what came of it, be it an error or a panic.
    pub misses: u64,
    /// Calls answered by another caller's run of the body, after waiting for it.
    pub waits: u64,
    /// Calls answered with a value past its time (`refresh_after`, `stale_if_error`).
    pub stale: u64,
    /// Calls that ran the body with the cache left out.
    pub bypassed: u64,
    /// Entries that left because a bound was reached.
    pub evictions: u64,
    /// Entries that left, for whatever reason.
    pub evicted: Evictions,
    /// Runs of the body that were to put a new value in the place of one that was still within its lifetime.
    pub refreshes: Refreshes,
    /// Values that were not kept because one alone weighs more than `max_bytes`, be it the function's own or that of
    /// all ([`CacheFamily::max_bytes`](crate::CacheFamily::max_bytes)). The first is warned about: through
    /// `tracing` where that feature is on, else on standard error.
    pub too_heavy: u64,
    /// Values that were not written to disk because they do not come back as they are, are too deep or too long. The
    /// first is warned about in the same way.
    pub not_persisted: u64,
    /// Entries held now.
    pub entries: u64,
    /// Time spent in bodies, all callers added up; the time of a cached function that a body calls counts in both.
    pub load_time: Duration,
}

/// How many entries left for which reason; each that was kept and is not kept any more is counted once.
///
/// ```
/// use cache_runtime::cache_data;
///
/// #[cache_data(max_entries = 2)]
/// fn square(x: u64) -> u64 {
///     x * x
/// }
///
/// for x in 0..5 {
///     square(x);
/// }
/// SQUARE.clear();
/// let evicted = SQUARE.stats().evicted;
/// assert_eq!((evicted.bound, evicted.cleared), (3, 2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evictions {
    /// `max_entries` or `max_bytes` was reached. The same number as [`Stats::evictions`].
    pub bound: u64,
    /// They were past their end. Such an entry leaves when its function is called or asked, not the moment it ends.
    pub expired: u64,
    /// They were cleared, removed or not [retained](crate::CachedFn#method.retain), or their session or thread ended.
    pub cleared: u64,
    /// `validate` said no, or `check_mutation` found them changed.
    pub invalid: u64,
    /// Something newer was kept in their place.
    pub replaced: u64,
}

/// The outcomes of refreshes: of runs of the body for a value past `refresh_after`, or inside
/// [`refresh`](crate::refresh) for one within its lifetime.
///
/// ```
/// use cache_runtime::{cache_data, refresh};
///
/// #[cache_data]
/// fn parse(text: &str) -> Result<u64, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// assert!(parse("7").is_ok());
/// assert!(refresh(|| parse("7")).is_ok());
/// let refreshes = PARSE.stats().refreshes;
/// assert_eq!((refreshes.done, refreshes.failed, refreshes.skipped), (1, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refreshes {
    /// The body returned a value.
    pub done: u64,
    /// The body returned an error, panicked, or was dropped.
    pub failed: u64,
    /// The call was answered with the value as it was, because another caller was running the body or `retry_after` has
    /// not passed since it failed.
    pub skipped: u64,
}

impl Stats {
    /// The counts since these.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let (evicted, evicted_earlier) = (self.evicted, earlier.evicted);
        let (refreshes, refreshes_earlier) = (self.refreshes, earlier.refreshes);
        Self {
            hits: self.hits.saturating_sub(earlier.hits),
            misses: self.misses.saturating_sub(earlier.misses),
            waits: self.waits.saturating_sub(earlier.waits),
            stale: self.stale.saturating_sub(earlier.stale),
            bypassed: self.bypassed.saturating_sub(earlier.bypassed),
            evictions: self.evictions.saturating_sub(earlier.evictions),
            evicted: Evictions {
                bound: evicted.bound.saturating_sub(evicted_earlier.bound),
                expired: evicted.expired.saturating_sub(evicted_earlier.expired),
                cleared: evicted.cleared.saturating_sub(evicted_earlier.cleared),
                invalid: evicted.invalid.saturating_sub(evicted_earlier.invalid),
                replaced: evicted.replaced.saturating_sub(evicted_earlier.replaced),
            },
            refreshes: Refreshes {
                done: refreshes.done.saturating_sub(refreshes_earlier.done),
                failed: refreshes.failed.saturating_sub(refreshes_earlier.failed),
                skipped: refreshes.skipped.saturating_sub(refreshes_earlier.skipped),
            },
            too_heavy: self.too_heavy.saturating_sub(earlier.too_heavy),
            not_persisted: self.not_persisted.saturating_sub(earlier.not_persisted),
            entries: self.entries,
            load_time: self.load_time.saturating_sub(earlier.load_time),
        }
    }

    /// The share of calls that were answered with what was kept, `hits` and `stale`, from 0 to 1; 0 if there was no
    /// call. Bypassed calls do not count.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn one() -> u32 {
    ///     1
    /// }
    ///
    /// for _ in 0..4 {
    ///     one();
    /// }
    /// assert_eq!(ONE.stats().hit_ratio(), 0.75);
    /// ```
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio of counts")]
    pub fn hit_ratio(&self) -> f64 {
        let answered_at_once = self.hits + self.stale;
        match answered_at_once + self.misses + self.waits {
            0 => 0.0,
            calls => answered_at_once as f64 / calls as f64,
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "hits {:>9}  misses {:>7}  waits {:>5}  stale {:>5}  bypassed {:>5}  evictions {:>7}  entries {:>7}  \
             load time {:>9}  hit ratio {:>5.1} %",
            self.hits,
            self.misses,
            self.waits,
            self.stale,
            self.bypassed,
            self.evictions,
            self.entries,
            format!("{:.1?}", self.load_time),
            // Rounded down: 100 % is for those that never missed.
            (self.hit_ratio() * 1_000.0).floor() / 10.0,
        )
    }
}
