//! A function, for who does not know its types.

use std::fmt;
use std::time::Duration;

use crate::function::annotated::Function;
use crate::function::kind::Kind;
use crate::function::scope::Scope;
use crate::key::fingerprint::Fingerprint;
use crate::observe::stats::Stats;
use crate::store::limits::Limit;
use crate::store::options::{Eviction, Options};

/// A description of a function that was used: see [`CacheFamily::functions`](crate::CacheFamily::functions).
///
/// ```
/// use std::time::Duration;
///
/// use cache_runtime::{CACHE_DATA, Kind, Scope, Tier, cache_data};
///
/// #[cache_data(ttl = "1m", tags("prices"))]
/// fn price(item: &str) -> usize {
///     item.len()
/// }
///
/// price("tea");
/// let functions = CACHE_DATA.functions();
/// let price = functions.last().unwrap();
/// assert_eq!(price.name, PRICE.name());
/// assert_eq!((price.kind, price.scope), (Kind::Data, Scope::Global));
/// assert_eq!(price.options.ttl, Some(Duration::from_secs(60)));
/// assert_eq!((price.tags, &price.tiers[..]), (&["prices"][..], &[Tier::Memory][..]));
/// assert_eq!(price.stats.misses, 1);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionInfo {
    /// Module path and name; that of a method holds its type.
    pub name: &'static str,
    /// Which attribute stands on it.
    pub kind: Kind,
    /// Who shares its entries.
    pub scope: Scope,
    /// Its options as they are now.
    pub options: FunctionOptions,
    /// Its tags, for `clear_tag`.
    pub tags: &'static [&'static str],
    /// Where its values are kept, in the order in which they are looked for.
    pub tiers: Vec<Tier>,
    /// The counts of its calls.
    pub stats: Stats,
}

/// The values of a function's options; expressions among them were evaluated when it was first used.
///
/// ```
/// use cache_runtime::{CACHE_DATA, cache_data};
///
/// #[cache_data(max_entries = 10)]
/// fn one() -> u32 {
///     1
/// }
///
/// one();
/// let options = CACHE_DATA.find(ONE.name()).unwrap().info().options;
/// assert_eq!((options.max_entries, options.ttl), (Some(10), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionOptions {
    /// `ttl`
    pub ttl: Option<Duration>,
    /// `time_to_idle`
    pub time_to_idle: Option<Duration>,
    /// `refresh_after`
    pub refresh_after: Option<Duration>,
    /// `stale_if_error`
    pub stale_if_error: Option<Duration>,
    /// `retry_after`
    pub retry_after: Option<Duration>,
    /// `cache_err`, where it is the lifetime of errors.
    pub cache_err: Option<Duration>,
    /// `max_entries`
    pub max_entries: Option<u64>,
    /// `max_bytes`
    pub max_bytes: Option<u64>,
    /// `eviction`
    pub eviction: Eviction,
    /// `single_flight`
    pub single_flight: bool,
}

impl From<Options> for FunctionOptions {
    fn from(options: Options) -> Self {
        let Options { ttl, time_to_idle, refresh_after, stale_if_error, max_entries, max_bytes, .. } = options;
        let Options { retry_after, error_ttl: cache_err, eviction, single_flight, .. } = options;
        Self {
            ttl,
            time_to_idle,
            refresh_after,
            stale_if_error,
            retry_after,
            cache_err,
            max_entries,
            max_bytes,
            eviction,
            single_flight,
        }
    }
}

/// A place where values are kept.
///
/// ```
/// use cache_runtime::{CACHE_DATA, Tier, cache_data};
///
/// #[cache_data]
/// fn one() -> u32 {
///     1
/// }
///
/// one();
/// assert_eq!(CACHE_DATA.find(ONE.name()).unwrap().info().tiers, [Tier::Memory]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// The memory of this process.
    Memory,
    /// `persist = "disk"`
    Disk,
}

/// The handle of a function whose types are not known: see [`CacheFamily::find`](crate::CacheFamily::find).
///
/// ```
/// use cache_runtime::{AnyCachedFn, CACHE_DATA, cache_data};
///
/// #[cache_data]
/// fn square(x: u32) -> u32 {
///     x * x
/// }
///
/// square(3);
/// let function: AnyCachedFn = CACHE_DATA.find(SQUARE.name()).unwrap();
/// assert_eq!((function.len(), function.stats().misses), (1, 1));
/// function.clear();
/// assert!(function.is_empty());
/// ```
#[derive(Clone, Copy)]
pub struct AnyCachedFn(pub(crate) &'static Function);

/// The methods are those of [`CachedFn`](crate::CachedFn), as far as they need no types.
impl AnyCachedFn {
    /// Module path and name of the function.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// assert_eq!(CACHE_DATA.find(ONE.name()).unwrap().name(), ONE.name());
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// A hash of the function's source, as it was when it was compiled.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// assert_eq!(CACHE_DATA.find(ONE.name()).unwrap().fingerprint(), ONE.fingerprint());
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    /// All that is known of the function.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data(max_entries = 10)]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// assert_eq!(CACHE_DATA.find(ONE.name()).unwrap().info().options.max_entries, Some(10));
    /// ```
    #[must_use]
    pub fn info(&self) -> FunctionInfo {
        FunctionInfo::of(self.0)
    }

    /// The counts of the calls of the function.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// assert_eq!(CACHE_DATA.find(ONE.name()).unwrap().stats(), ONE.stats());
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.stats()
    }

    /// Begins to count anew.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// CACHE_DATA.find(ONE.name()).unwrap().reset_stats();
    /// assert_eq!(ONE.stats().misses, 0);
    /// ```
    pub fn reset_stats(&self) {
        self.0.reset_stats();
    }

    /// Sets `max_entries`, as [`CachedFn::set_max_entries`](crate::CachedFn::set_max_entries) does.
    ///
    /// # Panics
    /// Panics if it is zero.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn square(x: u32) -> u32 { x * x }
    /// # for x in 0..9 { square(x); }
    /// CACHE_DATA.find(SQUARE.name()).unwrap().set_max_entries(5);
    /// assert_eq!(SQUARE.len(), 5);
    /// ```
    pub fn set_max_entries(&self, max_entries: usize) {
        self.limit(Limit::MaxEntries(u64::try_from(max_entries).unwrap_or(u64::MAX)));
    }

    /// Sets `ttl`, as [`CachedFn::set_ttl`](crate::CachedFn::set_ttl) does.
    ///
    /// # Panics
    /// Panics if it is zero or not longer than `refresh_after`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// CACHE_DATA.find(ONE.name()).unwrap().set_ttl(Duration::from_secs(60));
    /// assert!(ONE.entry().expires_in().is_some());
    /// ```
    pub fn set_ttl(&self, ttl: Duration) {
        self.limit(Limit::Ttl(ttl));
    }

    fn limit(self, limit: Limit) {
        self.0.limit_used(limit);
    }

    /// Forgets every entry of the function, as [`CachedFn::clear`](crate::CachedFn::clear) does.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// CACHE_DATA.find(ONE.name()).unwrap().clear();
    /// assert!(ONE.is_empty());
    /// ```
    pub fn clear(&self) {
        self.0.clear();
    }

    /// The number of live entries, with bounds and lifetimes enforced.
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// assert_eq!(CACHE_DATA.find(ONE.name()).unwrap().len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is nothing kept?
    ///
    /// ```
    /// # use cache_runtime::{CACHE_DATA, cache_data};
    /// # #[cache_data]
    /// # fn one() -> u32 { 1 }
    /// # one();
    /// assert!(!CACHE_DATA.find(ONE.name()).unwrap().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl FunctionInfo {
    pub(crate) fn of(function: &'static Function) -> Self {
        let options = function.options().unwrap_or(Options::DEFAULT);
        let disk = function.persists().then_some(Tier::Disk);
        Self {
            name: function.name(),
            kind: function.kind,
            scope: function.scope,
            options: options.into(),
            tags: options.tags,
            tiers: options.memory.then_some(Tier::Memory).into_iter().chain(disk).collect(),
            stats: function.stats(),
        }
    }
}

impl fmt::Debug for AnyCachedFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyCachedFn").field("name", &self.name()).field("fingerprint", &self.fingerprint()).finish()
    }
}
