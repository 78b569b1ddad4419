//! All functions under one attribute.

use std::fmt;

#[cfg(feature = "disk")]
use crate::context::isolation;
use crate::function::annotated::Function;
use crate::function::info::{AnyCachedFn, FunctionInfo};
use crate::function::kind::Kind;
use crate::store::clears;
use crate::sys::byte_size::ByteSize;
#[cfg(feature = "disk")]
use crate::tier::contract::Tier as _;
#[cfg(feature = "disk")]
use crate::tier::disk::DISK;

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
pub static CACHE_DATA: CacheFamily = CacheFamily { kind: Kind::Data };

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
pub static CACHE_RESOURCE: CacheFamily = CacheFamily { kind: Kind::Resource };

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
    kind: Kind,
}

impl CacheFamily {
    fn used(&self) -> Vec<&'static Function> {
        self.kind.registry().used()
    }

    /// May functions of this family keep anything below memory?
    #[cfg(feature = "disk")]
    fn persists(&self) -> bool {
        self.kind == Kind::Data && !isolation::is_around()
    }

    /// Forgets every entry of every function.
    ///
    /// When it returns, no caller gets what was kept before, and what bodies that run meanwhile return is not kept. It
    /// is one clear of all: no function keeps what it made meanwhile of what another had not forgotten yet.
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
            if self.persists() {
                DISK.clear();
            }
        };
        clears::clear(None, || self.used().into_iter().flat_map(Function::to_clear).collect(), clear_below);
    }

    /// Forgets every entry of the functions with this tag (`tags("…")`), and of others the entries for which an
    /// expression among their `tags(…)` gave it. A tag that nothing has is no error.
    ///
    /// When it returns, no caller gets what it forgot, and what bodies with the tag that run meanwhile return is not
    /// kept. It is one clear of all. A value that was put in with [`insert`](crate::Entry::insert) has the tags of what
    /// it replaced; if there was nothing, nobody knows its tags, and it is forgotten with any.
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
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// #[cache_data(tags("users", format!("user:{id}")))]
    /// fn user(id: u32) -> String {
    ///     format!("user {id}")
    /// }
    ///
    /// (user(7), user(8));
    /// CACHE_DATA.clear_tag("user:7");
    /// assert!(!USER.entry(7).contains() && USER.entry(8).contains());
    /// ```
    pub fn clear_tag(&self, tag: &str) {
        let clear_below = || {
            #[cfg(feature = "disk")]
            if self.persists() {
                DISK.clear_tag(tag);
            }
        };
        let tagged = || self.used().into_iter().flat_map(|function| function.to_clear_with(tag)).collect();
        clears::clear(Some(tag), tagged, clear_below);
    }

    /// Bounds what all functions of the family keep together, by weight: `"1GiB"`, or a number of bytes. At the bound
    /// goes what was used longest ago over all of them, whatever the `eviction` of a function says. What is too much
    /// now is gone when this returns, and the last call holds; `u64::MAX` lifts the bound.
    ///
    /// It is for the functions whose values are weighed, by `max_bytes` or `weigh`: a bound of their own holds
    /// besides. The others are as they are without this, and cost what they did. A value that alone weighs more than
    /// the bound is not kept.
    ///
    /// How exact it is: whenever a call has returned that kept something, the sum is within the bound, but for what
    /// others are about to keep at that moment. The order of uses is exact among functions that hold up to 64 entries
    /// each. In one that holds more, an entry's uses count from the first since that function last made room.
    ///
    /// # Panics
    /// Panics if the size is zero, or if it is none, and says why.
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// #[cache_data(weigh)]
    /// fn page(length: usize) -> String {
    ///     "x".repeat(length)
    /// }
    ///
    /// #[cache_data(max_bytes = "1MiB")]
    /// fn table(length: usize) -> Vec<u64> {
    ///     vec![0; length]
    /// }
    ///
    /// CACHE_DATA.max_bytes("10kB");
    /// page(4_000);
    /// table(500);
    /// page(5_000); // more than 10,000 bytes: the older page leaves, then the table would
    /// assert_eq!((PAGE.len(), TABLE.len()), (1, 1));
    /// ```
    #[track_caller]
    pub fn max_bytes(&self, size: impl ByteSize) {
        let max = match size.size_in_bytes() {
            Ok(0) => panic!("`max_bytes`: a bound of zero would keep nothing"),
            Ok(max) => max,
            Err(what) => panic!("`max_bytes`: {what}"),
        };
        drop(self.kind.registry().budget.set(max));
    }

    /// A description of each function used so far, once, in the order of their first use.
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// #[cache_data(max_entries = 100)]
    /// fn two() -> u32 {
    ///     2
    /// }
    ///
    /// two();
    /// for function in CACHE_DATA.functions() {
    ///     println!("{}  {}", function.name, function.stats);
    /// }
    /// # let functions = CACHE_DATA.functions();
    /// # assert_eq!((functions[0].name, functions[0].stats.misses), (TWO.name(), 1));
    /// ```
    #[must_use]
    pub fn functions(&self) -> Vec<FunctionInfo> {
        self.used().into_iter().map(FunctionInfo::of).collect()
    }

    /// A handle of the function of this name, if it was used. Of several with one name (functions inside of functions
    /// are called as if they stood beside them) it is the one that was used first.
    ///
    /// ```
    /// use cache_runtime::{CACHE_DATA, cache_data};
    ///
    /// mod shop {
    ///     #[cache_runtime::cache_data]
    ///     pub fn price(item: &str) -> usize {
    ///         item.len()
    ///     }
    /// }
    ///
    /// shop::price("tea");
    /// let functions = CACHE_DATA.functions();
    /// let name = functions.iter().map(|function| function.name).find(|name| name.ends_with("shop::price")).unwrap();
    /// CACHE_DATA.find(name).unwrap().clear();
    /// assert!(shop::PRICE.is_empty());
    /// assert!(CACHE_DATA.find("shop::no_such_function").is_none());
    /// ```
    #[must_use]
    pub fn find(&self, name: &str) -> Option<AnyCachedFn> {
        self.used().into_iter().find(|function| function.name() == name).map(AnyCachedFn)
    }

    /// Frees what is past its end.
    ///
    /// Nothing here runs by itself: what has expired is not served, but it stays in memory until its function is called
    /// or asked for its `len`. Who has functions that are not called for long, or resources that hold something while
    /// they wait to be dropped, calls this on a timer. It speaks of memory.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::thread::sleep;
    /// use std::time::Duration;
    ///
    /// use cache_runtime::{CACHE_RESOURCE, cache_resource};
    ///
    /// #[cache_resource(ttl = "5ms", on_release = |name| println!("{name} is closed"))]
    /// fn connection(name: &str) -> Arc<String> {
    ///     Arc::new(name.to_owned())
    /// }
    ///
    /// let held = Arc::downgrade(&connection("db"));
    /// sleep(Duration::from_millis(10));
    /// CACHE_RESOURCE.sweep();
    /// assert!(held.upgrade().is_none());
    /// ```
    pub fn sweep(&self) {
        self.used().into_iter().for_each(Function::sweep);
    }
}

impl fmt::Debug for CacheFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.used().into_iter().map(Function::name)).finish()
    }
}
