//! Looking through what is kept for a function, to keep some of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::context::clock;
use crate::function::handle::HandleCore;
use crate::sys::moment::Moment;

/// One entry of a function, as [`retain`](crate::CachedFn#method.retain) shows it.
///
/// ```
/// use std::time::Duration;
///
/// use cache_runtime::{KeptEntry, cache_data};
///
/// #[cache_data(ttl = "1h")]
/// fn word(letters: &str) -> String {
///     letters.to_uppercase()
/// }
///
/// fn is_wanted(entry: &KeptEntry<'_, String>) -> bool {
///     entry.value() != "TEA" && entry.age() < Duration::from_secs(60)
/// }
///
/// word("tea");
/// word("cup");
/// WORD.retain(is_wanted);
/// assert_eq!((WORD.len(), WORD.entry("tea").get()), (1, None));
/// ```
pub struct KeptEntry<'a, V> {
    value: &'a V,
    stored_at: Moment,
    end: Moment,
    now: Moment,
}

impl<V> KeptEntry<'_, V> {
    /// The kept value.
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
    /// SQUARE.retain(|entry| entry.value() % 2 == 0);
    /// assert_eq!(SQUARE.len(), 5);
    /// ```
    #[must_use]
    pub fn value(&self) -> &V {
        self.value
    }

    /// How long ago the value was stored.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cache_runtime::cache_data;
    ///
    /// #[cache_data]
    /// fn square(x: u32) -> u32 {
    ///     x * x
    /// }
    ///
    /// square(3);
    /// SQUARE.retain(|entry| entry.age() < Duration::from_secs(60));
    /// assert_eq!(SQUARE.len(), 1);
    /// ```
    #[must_use]
    pub fn age(&self) -> Duration {
        self.now.since(self.stored_at)
    }

    /// How long the value will still be kept, unless a bound, a use or a clear changes that; `None` if it has no
    /// lifetime, zero if only `stale_if_error` keeps it.
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
    /// SQUARE.retain(|entry| entry.expires_in() > Some(Duration::from_secs(60)));
    /// assert_eq!(SQUARE.len(), 1);
    /// ```
    #[must_use]
    pub fn expires_in(&self) -> Option<Duration> {
        (self.end != Moment::NEVER).then(|| self.end.since(self.now))
    }
}

impl<V: fmt::Debug> fmt::Debug for KeptEntry<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptEntry")
            .field("value", self.value)
            .field("age", &self.age())
            .field("expires_in", &self.expires_in())
            .finish()
    }
}

impl<V> HandleCore<V> {
    /// Asks for each entry whether it is to stay. Entries go by their ids: one that was put in the place of another
    /// meanwhile stays.
    pub(crate) fn retain(&self, mut is_to_stay: impl FnMut(&KeptEntry<'_, V>) -> bool) {
        let mut going = Vec::new();
        for store in self.function.stores() {
            for (key, kept) in store.usable() {
                // An entry that has left since, or belongs to another thread, has no value to show.
                let Some(value) = (self.hooks.storage.clone_out)(&kept) else { continue };
                let end = store.end(&kept);
                let entry = KeptEntry { value: &value, stored_at: kept.times.stored_at, end, now: clock::now() };
                if !is_to_stay(&entry) {
                    going.push((Arc::clone(&store), key, kept.id));
                }
            }
        }
        // Before memory, or it would come back from there.
        for (_, key, _) in &going {
            self.function.clear_key_below(*key);
        }
        for of_one_store in going.chunk_by(|(one, ..), (other, ..)| Arc::ptr_eq(one, other)) {
            let store = &of_one_store[0].0;
            store.take_out_each(of_one_store.iter().map(|(_, key, id)| (*key, *id)));
        }
    }
}
