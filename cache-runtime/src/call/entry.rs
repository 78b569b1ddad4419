//! One entry of an annotated function.
#![expect(clippy::too_many_arguments, reason = "`entry` takes as many as the function")]

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::faces;
use crate::call::retain::KeptEntry;
use crate::context::{clock, tracking};
#[cfg(feature = "disk")]
use crate::function::codec::Face;
use crate::function::handle::{CachedFn, HandleCore};
use crate::key::Key;
use crate::sys::moment::Moment;
use crate::value::dependencies::Dependencies;
use crate::value::return_kind::Whole;
use crate::value::stored_entry::{Freshness, StoredEntry};

/// The entry of one row of arguments, kept or not: made by [`CachedFn::entry`].
///
/// Looking at an entry runs nothing, counts nothing and is no use in the sense of `time_to_idle` or of a bound.
///
/// ```
/// use cache_runtime::cache_data;
///
/// #[cache_data(ttl = "10m")]
/// fn length(text: &str) -> usize {
///     text.len()
/// }
///
/// let entry = LENGTH.entry("four");
/// assert_eq!(entry.get(), None);
/// entry.insert(4); // prime it
/// assert_eq!(length("four"), 4);
/// assert_eq!(LENGTH.stats().misses, 0);
/// assert!(entry.expires_in().unwrap().as_secs() > 590);
/// entry.clear();
/// assert!(!entry.contains());
/// ```
pub struct Entry<'a, V> {
    handle: &'a HandleCore<V>,
    key: Key,
}

impl<V> Entry<'_, V> {
    fn live(&self) -> Option<Arc<StoredEntry>> {
        let (kept, freshness) = self.handle.function.used_home()?.look_up(self.key)?;
        matches!(freshness, Freshness::Fresh | Freshness::Stale).then_some(kept)
    }

    /// The kept value, if it is within its lifetime; `validate` is not asked.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// assert_eq!(SQUARE.entry(3).get(), None);
    /// square(3);
    /// assert_eq!(SQUARE.entry(3).get(), Some(9));
    /// ```
    #[must_use]
    pub fn get(&self) -> Option<V> {
        let mut kept = self.live()?;
        loop {
            if let Some(value) = (self.handle.hooks.storage.clone_out)(&kept) {
                return Some(value);
            }
            // It has left since it was found; another may stand in its place.
            let gone = std::mem::replace(&mut kept, self.live()?);
            if kept.id == gone.id {
                return None;
            }
        }
    }

    /// Keeps a value as if the function had returned it, in place of what was kept; `cache_if` is not asked.
    ///
    /// The value of a body that runs meanwhile for the same arguments is not kept.
    ///
    /// It is for all who call with these arguments, whatever [inputs](crate::Input) are. But inside a
    /// [`Session`](crate::Session), once anything was kept of the function whose body had read an input or called a
    /// function of the session, it is for what bodies are known to read here: it is not served in sessions where they
    /// would read something else. Where that is not known for these arguments it is for the session alone, and leaves
    /// with it. Before that nothing is known, and it is for all: what is made of a session's data is safest in a
    /// function with `scope = "session"`.
    ///
    /// # Panics
    /// Panics if an option that is given by an expression turns out to be none, as a lifetime of zero.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// SQUARE.entry(3).insert(10);
    /// assert_eq!(square(3), 10);
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value is handed over: the cache keeps a clone that is its own"
    )]
    pub fn insert(&self, value: V) {
        if let Some(store) = self.handle.function.home(self.handle.options) {
            let reads = self.handle.function.reads_of_primed(&store, self.key);
            #[cfg(feature = "disk")]
            let is_for_all = reads.is_empty();
            // Before memory has the value: what it takes in from there would be older.
            #[cfg(feature = "disk")]
            let below = self.handle.codec().filter(|_| is_for_all).map(|codec| {
                let options = store.options_now();
                (codec, options, codec.renew(self.handle.function, &options, self.key))
            });
            let (kept, weight) = self.handle.hooks.take_in(&store, &value, Dependencies::primed(self.key, reads));
            #[cfg(feature = "disk")]
            let times = kept.times;
            store.prime(self.key, kept, weight);
            #[cfg(feature = "disk")]
            if let Some((codec, options, token)) = below {
                codec.keep(self.handle.function, &options, (self.key, times, &value), (token, Face::Sync));
            }
        }
    }

    /// The kept value; if there is none, the one that `make` makes, which is kept then.
    ///
    /// It is a call of the function in which `make` takes the place of the body: one caller at a time makes it, be it
    /// here or by calling the function, the others wait and share what is kept; bounds, lifetimes, `validate` and
    /// `cache_if` hold, and it counts in the statistics. What `make` reads of inputs and sessions counts as if the body had
    /// read it; inside a session it is taken to depend on what [`insert`](Self::insert) says, too.
    ///
    /// It waits as a synchronous call does, with its thread. Where that thread is the one that is to run the task which
    /// has begun the body of an `async` function, neither goes on: in a task, call the function, or
    /// [`insert`](Self::insert).
    ///
    /// # Panics
    /// Panics if it stands inside the body of the function with the same arguments, or inside such a `make`; if an
    /// option that is given by an expression turns out to be none; and with whatever `make` panics with.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// assert_eq!(SQUARE.entry(3).get_or_insert_with(|| 10), 10);
    /// assert_eq!(SQUARE.entry(3).get_or_insert_with(|| 11), 10);
    /// assert_eq!(square(3), 10);
    /// ```
    pub fn get_or_insert_with(&self, make: impl FnOnce() -> V) -> V {
        let function = self.handle.function;
        let make = || {
            function.leave_untagged(self.key);
            let store = function.used_home();
            let reads = store.map(|store| function.reads_of_primed(&store, self.key));
            reads.iter().flatten().for_each(tracking::read);
            make()
        };
        faces::answer(self.handle, Whole, self.key, make)
    }

    /// Forgets this entry.
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
    /// square(4);
    /// SQUARE.entry(3).clear();
    /// assert_eq!(SQUARE.len(), 1);
    /// ```
    ///
    /// The value of a body that runs meanwhile for these arguments is not kept.
    pub fn clear(&self) {
        self.handle.function.clear_key_below(self.key);
        if let Some(store) = self.handle.function.used_home() {
            store.clear_key(self.key);
        }
    }

    /// Forgets this entry, as [`clear`](Self::clear) does, and hands back what [`get`](Self::get) would have given.
    ///
    /// Of those who remove it at the same time one gets it. `on_release` is told of it as of any value that leaves.
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
    /// assert_eq!(SQUARE.entry(3).remove(), Some(9));
    /// assert_eq!(SQUARE.entry(3).remove(), None);
    /// ```
    #[must_use = "to forget an entry there is `clear`"]
    pub fn remove(&self) -> Option<V> {
        self.handle.function.clear_key_below(self.key);
        let (kept, retired) = self.handle.function.used_home()?.take_key(self.key);
        // Once it is let go there is nothing to hand back.
        let value = kept.and_then(|kept| (self.handle.hooks.storage.clone_out)(&kept));
        drop(retired);
        value
    }

    /// Is a value kept, within its lifetime?
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
    /// assert!(SQUARE.entry(3).contains() && !SQUARE.entry(4).contains());
    /// ```
    #[must_use]
    pub fn contains(&self) -> bool {
        self.live().is_some()
    }

    /// How long ago the value was stored; `None` if there is none.
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
    /// assert!(SQUARE.entry(3).age().unwrap().as_secs() < 60);
    /// ```
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        Some(clock::now().since(self.live()?.times.stored_at))
    }

    /// How long the value will still be kept, unless a bound, a use or a clear changes that; `None` if there is no
    /// value or no lifetime.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data(ttl = "1h")]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// square(3);
    /// assert!(SQUARE.entry(3).expires_in().unwrap().as_secs() > 3_000);
    /// ```
    #[must_use]
    pub fn expires_in(&self) -> Option<Duration> {
        let kept = self.live()?;
        let end = self.handle.function.used_home()?.end(&kept);
        (end != Moment::NEVER).then(|| end.since(clock::now()))
    }
}

impl<V: fmt::Debug> fmt::Debug for Entry<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("function", &self.handle.function.name())
            .field("key", &self.key)
            .field("value", &self.get())
            .finish()
    }
}

/// The methods of handles that know their arguments and the type of their values, for each number of arguments. The key
/// function's own type says which they are, so no type has to be made per function, and lookup of the methods accepts
/// it with any lifetimes.
macro_rules! entry_of {
    ($($argument:ident: $Type:ident),*) => {
        impl<V, $($Type),*> CachedFn<V, fn($($Type),*) -> Key> {
            /// The entry for these arguments: those that make the key, in order.
            ///
            /// # Panics
            /// Panics if the `Serialize` of an argument reports an error.
            ///
            /// ```
            /// use cache_runtime::cache_data;
            ///
            /// #[cache_data]
            /// fn area(_unit: &str, width: u32, height: u32) -> u32 {
            ///     width * height
            /// }
            ///
            /// area("m", 2, 3);
            /// assert_eq!(AREA.entry(2, 3).get(), Some(6));
            /// ```
            pub fn entry(&self, $($argument: $Type),*) -> Entry<'_, V> {
                Entry { handle: &self.inside, key: (self.key)($($argument),*) }
            }

            /// Forgets the entries of which `is_to_stay` says `false`.
            ///
            /// It is asked with nothing locked, about clones of what is kept when this is called, and may call the
            /// function. What is put in the place of an entry meanwhile stays, and what bodies that run meanwhile
            /// return is kept. Entries in memory are looked at: those of all sessions, but with `scope = "thread"`
            /// those of the calling thread; and what `stale_if_error` keeps past its end. What leaves memory leaves the
            /// disk too, and `on_release` is told of it.
            ///
            /// # Panics
            /// Panics with whatever `is_to_stay` panics with; then nothing leaves.
            ///
            /// ```
            /// use cache_runtime::cache_data;
            ///
            /// #[cache_data]
            /// fn area(_unit: &str, width: u32, height: u32) -> u32 {
            ///     width * height
            /// }
            ///
            /// area("m", 2, 3);
            /// area("m", 20, 30);
            /// AREA.retain(|entry| *entry.value() > 100);
            /// assert_eq!((AREA.len(), AREA.entry(20, 30).get()), (1, Some(600)));
            /// ```
            pub fn retain(&self, is_to_stay: impl FnMut(&KeptEntry<'_, V>) -> bool) {
                self.inside.retain(is_to_stay);
            }
        }
    };
}

entry_of!();
entry_of!(a: A);
entry_of!(a: A, b: B);
entry_of!(a: A, b: B, c: C);
entry_of!(a: A, b: B, c: C, d: D);
entry_of!(a: A, b: B, c: C, d: D, e: E);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K);
entry_of!(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, l: L);
