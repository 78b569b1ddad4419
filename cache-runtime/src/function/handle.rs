//! Handles.

use std::fmt;
use std::time::Duration;

#[cfg(feature = "disk")]
use crate::context::isolation;
use crate::function::annotated::Function;
#[cfg(feature = "disk")]
use crate::function::codec::Codec;
use crate::function::hooks::Hooks;
use crate::key::fingerprint::Fingerprint;
use crate::observe::stats::Stats;
use crate::store::limits::Limit;
use crate::store::options::Options;

/// The handle of an annotated function: a static named as the function in upper case, or an associated constant.
///
/// `V` is what is kept: `T` for a function that returns `T` or `Result<T, E>`, `Arc<T>` for a resource. `K` is the key
/// function, `fn(KeyArgs…) -> Key`; through it [`entry`](CachedFn::entry) takes exactly the arguments that make the
/// key, in order, with their declared types. A function of up to twelve such arguments has `entry` and `retain`; a
/// generic one has all but these, and its `V` is [`Generic`].
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
    pub(crate) inside: HandleCore<V>,
    pub(crate) key: K,
}

/// A handle without its key function: what a call needs of it is compiled once for all functions that keep a `V`.
pub(crate) struct HandleCore<V> {
    pub(crate) function: &'static Function,
    pub(crate) options: fn() -> Options,
    pub(crate) hooks: Hooks<V>,
}

#[cfg(feature = "disk")]
impl<V> HandleCore<V> {
    /// How its values become bytes, if calls made here keep them below memory too.
    pub(crate) fn codec(&self) -> Option<Codec<V>> {
        let codec = self.hooks.codec.filter(|_| !isolation::is_around());
        codec.filter(|_| self.function.can_persist((self.hooks.instance)()))
    }
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

/// The type that the name of a function's handle is to have.
#[diagnostic::on_unimplemented(
    message = "the handle's name stands for something else here: choose another name with `name = \"…\"`",
    label = "this is a `{Self}`, not the handle"
)]
pub trait IsHandle<V, K> {
    fn handle(&self) -> &CachedFn<V, K>;
}

impl<V, K> IsHandle<V, K> for CachedFn<V, K> {
    #[inline(always)]
    fn handle(&self) -> &Self {
        self
    }
}

/// The handle itself, in a call.
#[inline(always)]
pub fn own_handle<V, K, H: IsHandle<V, K>>(handle: &H) -> &CachedFn<V, K> {
    handle.handle()
}

/// A handle.
pub const fn cached_fn<V, K>(
    function: &'static Function,
    options: fn() -> Options,
    hooks: Hooks<V>,
    key: K,
) -> CachedFn<V, K> {
    CachedFn { inside: HandleCore { function, options, hooks }, key }
}

/// The function that a handle is of.
#[inline(always)]
pub const fn function_of<V, K>(handle: &CachedFn<V, K>) -> &'static Function {
    handle.inside.function
}

/// A handle of a generic function for one instance of it.
pub const fn instance<V, K, W>(handle: &CachedFn<V, K>, hooks: Hooks<W>) -> CachedFn<W, ()> {
    let HandleCore { function, options, .. } = handle.inside;
    CachedFn { inside: HandleCore { function, options, hooks }, key: () }
}

impl<V, K> CachedFn<V, K> {
    /// Forgets every entry of this function.
    ///
    /// When it returns, no caller on any thread gets what was kept before, what bodies that run meanwhile return goes
    /// to their own callers and is not kept, and values that no caller holds have been dropped. (What another thread is
    /// evicting at that moment, that thread drops.)
    ///
    /// Where entries are kept apart (`scope`) it forgets those of all sessions or threads, also if it is called inside
    /// of one. To forget what one session has, call [`Entry::clear`](crate::Entry::clear) inside it, or drop it.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// square(3);
    /// SQUARE.clear();
    /// assert!(SQUARE.is_empty());
    /// ```
    pub fn clear(&self) {
        self.inside.function.clear();
    }

    /// The number of live entries in memory, with bounds and lifetimes enforced: those of all sessions or threads, and
    /// one for each state of the inputs in which the function was called with the same arguments.
    ///
    /// Where entries have lifetimes this looks at each of them.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data(max_entries = 2)]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// for x in 0..10 {
    ///     square(x);
    /// }
    /// assert_eq!(SQUARE.len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.inside.function.len()
    }

    /// Is nothing kept?
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn unused() -> u32 {
    ///     1
    /// }
    ///
    /// assert!(UNUSED.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts of the calls of this function so far. Counting goes on through [`clear`](Self::clear);
    /// [`reset_stats`](Self::reset_stats) begins it anew.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// square(3);
    /// square(3);
    /// let stats = SQUARE.stats();
    /// assert_eq!((stats.hits, stats.misses), (1, 1));
    /// ```
    pub fn stats(&self) -> Stats {
        self.inside.function.stats()
    }

    /// Begins to count anew: [`stats`](Self::stats) tells what has happened since. Entries stay.
    ///
    /// A call that is being answered meanwhile is counted before or after. What `metrics` was told is not taken back.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// square(3);
    /// SQUARE.reset_stats();
    /// square(3);
    /// let stats = SQUARE.stats();
    /// assert_eq!((stats.hits, stats.misses, stats.entries), (1, 0, 1));
    /// ```
    pub fn reset_stats(&self) {
        self.inside.function.reset_stats();
    }

    /// Sets `max_entries`, from now on and until the process ends. What is too much leaves before this returns.
    ///
    /// It holds as if it stood in the attribute: where that has no bound this is one, and for each session or thread
    /// where entries are kept apart, also those to come. On disk it is reached by and by.
    ///
    /// # Panics
    /// Panics if it is zero, or if an option that is given by an expression turns out to be none, as a lifetime of
    /// zero.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// for x in 0..10 {
    ///     square(x);
    /// }
    /// SQUARE.set_max_entries(4);
    /// assert_eq!(SQUARE.len(), 4);
    /// ```
    pub fn set_max_entries(&self, max_entries: usize) {
        let max_entries = u64::try_from(max_entries).unwrap_or(u64::MAX);
        self.inside.function.limit(self.inside.options, Limit::MaxEntries(max_entries));
    }

    /// Sets `ttl`, from now on and until the process ends.
    ///
    /// A value that is kept already ends that long after it was stored, unless it was to end sooner: a shorter `ttl`
    /// holds at once for all of them, a longer one for those stored from now on. That goes for errors kept by
    /// `cache_err = "…"` too. Of sessions and threads, it holds for those to come as well.
    ///
    /// # Panics
    /// Panics if it is zero or not longer than `refresh_after`, or if an option that is given by an expression turns
    /// out to be none, as a lifetime of zero.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data(ttl = "1h")]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// square(3);
    /// SQUARE.set_ttl(Duration::from_secs(60));
    /// assert!(SQUARE.entry(3).expires_in() <= Some(Duration::from_secs(60)));
    /// ```
    pub fn set_ttl(&self, ttl: Duration) {
        self.inside.function.limit(self.inside.options, Limit::Ttl(ttl));
    }

    /// Module path and name of the function. That of a method has its type between them, without generic arguments:
    /// the methods of all instances of a generic type are one function. A default method of a trait has the trait, and
    /// so has one in an `impl` of it for all types.
    ///
    /// ```
    /// mod db {
    ///     use cache_runtime::cache_data;
    ///
    ///     #[cache_data]
    ///     pub fn users() -> u32 {
    ///         1
    ///     }
    ///
    ///     pub struct Table<T>(pub T);
    ///
    ///     impl<T> Table<T> {
    ///         #[cache_data(skip(self))]
    ///         pub fn row(&self, id: u32) -> u32 {
    ///             id
    ///         }
    ///     }
    /// }
    ///
    /// assert!(db::USERS.name().ends_with("db::users"));
    /// assert!(db::Table::<u8>::ROW.name().ends_with("db::Table::row"));
    /// ```
    pub fn name(&self) -> &'static str {
        self.inside.function.name()
    }

    /// A hash of the function's source, as it was when it was compiled; it is part of every key.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn two() -> u32 {
    ///     2
    /// }
    ///
    /// #[cache_data]
    /// fn three() -> u32 {
    ///     3
    /// }
    ///
    /// assert_ne!(TWO.fingerprint(), THREE.fingerprint());
    /// ```
    pub fn fingerprint(&self) -> Fingerprint {
        self.inside.function.fingerprint()
    }
}

impl<V, K> fmt::Debug for CachedFn<V, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedFn").field("name", &self.name()).field("fingerprint", &self.fingerprint()).finish()
    }
}
