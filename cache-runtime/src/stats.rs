//! The statistics of a function.

use std::fmt;
use std::time::Duration;

/// What happened to the calls of one function so far. Each call is counted once, by how it was answered; one that
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
    /// Entries held now.
    pub entries: u64,
    /// Time spent in bodies, all callers added up; the time of a cached function that a body calls counts in both.
    pub load_time: Duration,
}

impl Stats {
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
