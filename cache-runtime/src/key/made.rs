//! Keys of what is not a call: states, values, contents.

use std::hash::Hash;

use once_cell::sync::OnceCell;
use serde::Serialize;

use super::bits::Key;
use super::hasher::KeyHasher;
use super::secret::Secret;
use super::serialize::Feeder;

impl Key {
    /// The key of what depends on a source too.
    pub(crate) fn then(self, source: u64, state: Self) -> Self {
        Self::fed(|key| (self.bits(), source, state.bits()).hash(key))
    }

    /// The key of all that is fed, in this process.
    pub(crate) fn fed(feed: impl FnOnce(&mut KeyHasher<'_>)) -> Self {
        static SECRET: OnceCell<Secret> = OnceCell::new();
        let mut key = KeyHasher::new(SECRET.get_or_init(|| Secret::of(&("", 0))));
        feed(&mut key);
        key.finish_key()
    }

    /// The key of a value: the same for the same value, in this process.
    ///
    /// # Panics
    /// Panics if its `Serialize` reports an error.
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self::fed(|key| key.framed(|key| Feeder::feed(key, value)))
    }
}
