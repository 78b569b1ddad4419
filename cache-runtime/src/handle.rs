//! What stands beside an annotated function.

use std::fmt;

use crate::fingerprint::Fingerprint;
use crate::function::Function;
use crate::hooks::Hooks;
use crate::key::{Key, KeyHasher};
use crate::options::Options;
use crate::stats::Stats;

/// The handle of an annotated function: a static named as the function in upper case, or an associated constant.
///
/// `V` is what is kept: `T` for a function that returns `T` or `Result<T, E>`, `Arc<T>` for a resource. `K` is the key
/// function, `fn(KeyArgs…) -> Key`; through it [`entry`](CachedFn::entry) takes exactly the arguments that make the
/// key, in order, with their declared types. A function of up to twelve such arguments has `entry`; a generic one has
/// all but that, and its `V` is [`Generic`].
///
/// ```
/// use cache_runtime::{CachedFn, Key, cache_data};
///
/// #[cache_data]
/// fn greet(name: &str, _loud: bool) -> String {
///     format!("Hello {name}")
/// }
///
/// let handle: &'static CachedFn<String, fn(&str) -> Key> = &GREET;
/// greet("Ada", true);
/// assert_eq!(handle.len(), 1);
/// assert_eq!(handle.entry("Ada").get().as_deref(), Some("Hello Ada"));
/// handle.clear();
/// assert!(handle.is_empty());
/// ```
pub struct CachedFn<V, K> {
    pub(crate) function: &'static Function,
    pub(crate) options: fn() -> Options,
    pub(crate) hooks: Hooks<V>,
    pub(crate) key: K,
}

/// Stands for the kept type in the handle of a generic function, which keeps values of many types.
///
/// ```
/// use cache_runtime::{CachedFn, Generic, cache_data};
///
/// #[cache_data]
/// fn twice<T: std::hash::Hash + Clone + Send + Sync + 'static>(x: T) -> (T, T) {
///     (x.clone(), x)
/// }
///
/// let handle: &CachedFn<Generic, ()> = &TWICE;
/// twice(1_u8);
/// twice("one");
/// assert_eq!(handle.len(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Generic {}

impl<V, K> CachedFn<V, K> {
    #[doc(hidden)]
    pub const fn new(function: &'static Function, options: fn() -> Options, hooks: Hooks<V>, key: K) -> Self {
        Self { function, options, hooks, key }
    }

    #[doc(hidden)]
    #[inline]
    pub fn key(&self, feed: impl FnOnce(&mut KeyHasher<'_>)) -> Key {
        self.function.key(feed)
    }

    #[doc(hidden)]
    #[inline(always)]
    pub fn short_key(&self, feed: impl FnOnce(&mut KeyHasher<'_>)) -> Key {
        self.function.short_key(feed)
    }

    /// This handle for one instance of a generic function.
    #[doc(hidden)]
    pub fn instance<W>(&self, hooks: Hooks<W>) -> CachedFn<W, ()> {
        CachedFn { function: self.function, options: self.options, hooks, key: () }
    }

    /// Forgets every entry of this function.
    ///
    /// When it returns, no caller on any thread gets what was kept before, what bodies that run meanwhile return goes
    /// to their own callers and is not kept, and resources that no caller holds have been dropped.
    pub fn clear(&self) {
        self.function.clear();
    }

    /// The number of live entries, with bounds and lifetimes enforced.
    ///
    /// Where entries have lifetimes this looks at each of them.
    pub fn len(&self) -> usize {
        self.function.used_store().map_or(0, |store| store.len())
    }

    /// Is nothing kept?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What happened to the calls of this function so far. Counting goes on through [`clear`](Self::clear).
    pub fn stats(&self) -> Stats {
        self.function.used_store().map(|store| store.stats()).unwrap_or_default()
    }

    /// Module path and name of the function.
    pub fn name(&self) -> &'static str {
        self.function.name()
    }

    /// What the function's source looked like when it was compiled; it is part of every key.
    pub fn fingerprint(&self) -> Fingerprint {
        self.function.fingerprint()
    }
}

impl<V, K> fmt::Debug for CachedFn<V, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedFn").field("name", &self.name()).field("fingerprint", &self.fingerprint()).finish()
    }
}
