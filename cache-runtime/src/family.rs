//! All functions under one attribute.

use std::fmt;

use parking_lot::Mutex;

use crate::clears;
#[cfg(feature = "disk")]
use crate::disk::DISK;
use crate::function::Function;
use crate::stats::Stats;
#[cfg(feature = "disk")]
use crate::tier::Tier as _;

/// Every function with `#[cache_data]`.
///
/// ```
/// use cache_runtime::{CACHE_DATA, cache_data};
///
/// #[cache_data]
/// fn one() -> u32 {
///     1
/// }
///
/// one();
/// assert_eq!(ONE.len(), 1);
/// CACHE_DATA.clear();
/// assert_eq!(ONE.len(), 0);
/// ```
pub static CACHE_DATA: CacheFamily = CacheFamily::new(true);

/// Every function with `#[cache_resource]`.
///
/// ```
/// use std::sync::Arc;
///
/// use cache_runtime::{CACHE_RESOURCE, cache_resource};
///
/// #[cache_resource]
/// fn table() -> Arc<Vec<u32>> {
///     Arc::new((0..100).collect())
/// }
///
/// let shared = table();
/// assert!(Arc::ptr_eq(&shared, &table()));
/// CACHE_RESOURCE.clear();
/// assert!(!Arc::ptr_eq(&shared, &table()));
/// ```
pub static CACHE_RESOURCE: CacheFamily = CacheFamily::new(false);

/// The functions under one of the two attributes: [`CACHE_DATA`] and [`CACHE_RESOURCE`].
///
/// ```
/// use cache_runtime::{CACHE_DATA, CACHE_RESOURCE, CacheFamily};
///
/// fn forget(family: &CacheFamily) {
///     family.clear();
/// }
///
/// forget(&CACHE_DATA);
/// forget(&CACHE_RESOURCE);
/// ```
pub struct CacheFamily {
    functions: Mutex<Vec<&'static Function>>,
    /// May functions of this family keep anything below memory?
    #[cfg_attr(not(feature = "disk"), expect(dead_code, reason = "there is nothing below memory"))]
    persists: bool,
}

impl CacheFamily {
    const fn new(persists: bool) -> Self {
        Self { functions: Mutex::new(Vec::new()), persists }
    }

    pub(crate) fn enlist(&self, function: &'static Function) {
        self.functions.lock().push(function);
    }

    /// The functions used so far. A copy: the list must be free while their values are dropped.
    fn used(&self) -> Vec<&'static Function> {
        self.functions.lock().clone()
    }

    /// Forgets every entry of every function.
    ///
    /// When it returns, no caller gets what was kept before, and what bodies that run meanwhile return is not kept. It is
    /// one clear of all: no function keeps what it made meanwhile of what another had not forgotten yet.
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// #[cache_data]
    /// fn one() -> u32 {
    ///     1
    /// }
    ///
    /// one();
    /// CACHE_DATA.clear();
    /// assert!(ONE.is_empty());
    /// ```
    pub fn clear(&self) {
        let clear_below = || {
            // Also what functions have left there that were not called by this process.
            #[cfg(feature = "disk")]
            if self.persists && DISK.is_there() {
                DISK.clear();
            }
        };
        clears::clear(|| self.used().into_iter().flat_map(Function::to_clear).collect(), clear_below);
    }

    /// Forgets every entry of the functions with this tag (`tags("…")`). A tag that no function has is no error.
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// #[cache_data(tags("prices"))]
    /// fn price(item: &str) -> usize {
    ///     item.len()
    /// }
    ///
    /// price("tea");
    /// CACHE_DATA.clear_tag("prices");
    /// assert!(PRICE.is_empty());
    /// ```
    pub fn clear_tag(&self, tag: &str) {
        let clear_below = || {
            #[cfg(feature = "disk")]
            if self.persists && DISK.is_there() {
                DISK.clear_tag(tag);
            }
        };
        let tagged = || self.used().into_iter().filter(|function| function.has_tag(tag));
        clears::clear(|| tagged().flat_map(Function::to_clear).collect(), clear_below);
    }

    /// The name and the statistics of each function used so far, in the order of their first use.
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// #[cache_data]
    /// fn two() -> u32 {
    ///     2
    /// }
    ///
    /// two();
    /// let functions = CACHE_DATA.functions();
    /// let (name, stats) = functions.last().unwrap();
    /// assert!(name.ends_with("::two"));
    /// assert_eq!(stats.misses, 1);
    /// ```
    #[must_use]
    pub fn functions(&self) -> Vec<(&'static str, Stats)> {
        self.used().into_iter().map(|function| (function.name(), function.stats())).collect()
    }
}

impl fmt::Debug for CacheFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.used().into_iter().map(Function::name)).finish()
    }
}
