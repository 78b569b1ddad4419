//! Hooks: the options of a function that are about its values.

use std::sync::Arc;
use std::time::Duration;

use crate::function::codec::Codec;
use crate::key::names::around;
use crate::key::{Key, KeyHasher};
use crate::store::entries::Store;
use crate::value::comparison::Comparison;
use crate::value::dependencies::Dependencies;
use crate::value::removal::{Listeners, RemovalCause};
use crate::value::storage::{Storage, StorageKind};
use crate::value::stored_entry::{EntryMeta, StoredEntry, Times};

/// The closures of an attribute, and how its values are held. Built where a handle is declared.
pub struct Hooks<V> {
    pub(crate) validate: Option<fn(&V) -> bool>,
    pub(crate) cache_if: Option<fn(&V) -> bool>,
    pub(crate) ttl_of: Option<fn(&V) -> Duration>,
    pub(crate) weigh: Option<fn(&V) -> usize>,
    pub(crate) on_evict: Option<fn(&V, RemovalCause)>,
    pub(crate) on_release: Option<fn(&V)>,
    pub(crate) is_error: Option<fn(&V) -> bool>,
    pub(crate) is_failure: Option<fn(&V) -> bool>,
    /// Feeds a value to what finds out whether it was changed.
    pub(crate) check_mutation: Option<fn(&V, &mut KeyHasher<'_>)>,
    /// How two values are compared.
    pub(crate) comparison: Option<Comparison<V>>,
    /// How values become bytes, where they are kept below memory too.
    pub(crate) codec: Option<Codec<V>>,
    /// What names the instance of the function that these are of.
    pub(crate) instance: fn() -> &'static str,
    /// How values are held. Where a call is compiled this is a constant of its handle, so it costs it nothing.
    pub(crate) storage: Storage<V>,
}

impl<V: 'static> Hooks<V> {
    /// No hooks yet; `P` says how values are held.
    #[must_use]
    pub const fn new<P: StorageKind<V> + Copy>(_how: P) -> Self {
        Self {
            validate: None,
            cache_if: None,
            ttl_of: None,
            weigh: None,
            on_evict: None,
            on_release: None,
            is_error: None,
            is_failure: None,
            check_mutation: None,
            comparison: None,
            codec: None,
            instance: || "",
            storage: P::STORAGE,
        }
    }

    /// Asked at every hit.
    #[must_use]
    pub const fn validate(mut self, hook: fn(&V) -> bool) -> Self {
        self.validate = Some(hook);
        self
    }

    /// Asked before a value is kept.
    #[must_use]
    pub const fn cache_if(mut self, hook: fn(&V) -> bool) -> Self {
        self.cache_if = Some(hook);
        self
    }

    /// A lifetime per value.
    #[must_use]
    pub const fn ttl_of(mut self, hook: fn(&V) -> Duration) -> Self {
        self.ttl_of = Some(hook);
        self
    }

    /// The weight of a value.
    #[must_use]
    pub const fn weigh(mut self, hook: fn(&V) -> usize) -> Self {
        self.weigh = Some(hook);
        self
    }

    /// Told once for each value that leaves, and why it does.
    #[must_use]
    pub const fn on_evict(mut self, hook: fn(&V, RemovalCause)) -> Self {
        self.on_evict = Some(hook);
        self
    }

    /// Told once for each value that leaves.
    #[must_use]
    pub const fn on_release(mut self, hook: fn(&V)) -> Self {
        self.on_release = Some(hook);
        self
    }

    /// Looks at every hit whether the value was changed.
    #[must_use]
    pub const fn check_mutation(mut self, hook: fn(&V, &mut KeyHasher<'_>)) -> Self {
        self.check_mutation = Some(hook);
        self
    }

    /// Says how two values are compared.
    #[must_use]
    pub const fn compared(mut self, comparison: Comparison<V>) -> Self {
        self.comparison = Some(comparison);
        self
    }

    /// Keeps values below memory too. The type of a closure beside it says of which instance.
    #[must_use]
    pub const fn persist<F>(mut self, codec: Codec<V>, _closure: &F) -> Self {
        self.codec = Some(codec);
        self.instance = around::<F>;
        self
    }

    /// Is this an error for which an older value is better?
    #[must_use]
    pub const fn is_failure(mut self, hook: fn(&V) -> bool) -> Self {
        self.is_failure = Some(hook);
        self
    }

    /// Is this kept value an error?
    #[must_use]
    pub const fn is_error(mut self, hook: fn(&V) -> bool) -> Self {
        self.is_error = Some(hook);
        self
    }
}

impl<V> Hooks<V> {
    /// Who is told of a value that leaves.
    pub(crate) fn told(&self) -> Listeners<V> {
        Listeners { on_evict: self.on_evict, on_release: self.on_release }
    }

    /// Those that look at what a body returned, each with an `or` before what follows.
    pub(crate) fn of_returned(&self) -> String {
        let hooks = [
            ("`is_failure` or ", self.is_failure.is_some()),
            ("`cache_if` or ", self.cache_if.is_some()),
            ("`ttl_of` or ", self.ttl_of.is_some()),
            ("`weigh` or ", self.weigh.is_some()),
            ("`check_mutation` or ", self.check_mutation.is_some()),
        ];
        hooks.into_iter().filter(|(_, is_there)| *is_there).map(|(hook, _)| hook).collect()
    }

    fn content(&self, value: &V) -> Option<Key> {
        self.check_mutation.map(|feed| Key::fed(|key| feed(value, key)))
    }

    /// Is a value as it was when it was kept?
    pub(crate) fn is_unchanged(&self, recorded: Option<&Dependencies>, value: &V) -> bool {
        recorded.is_none_or(|recorded| recorded.content == self.content(value))
    }

    /// A value on its way to those who waited for it, and no further.
    pub(crate) fn take_along(&self, value: &V, recorded: Option<Dependencies>) -> Arc<StoredEntry> {
        (self.storage.take_in)(EntryMeta { times: Times::NONE, recorded }, value, self.told())
    }

    /// The entry that a store keeps for a value, and its weight.
    pub(crate) fn take_in(
        &self,
        store: &Store,
        value: &V,
        recorded: Option<Dependencies>,
    ) -> (Arc<StoredEntry>, usize) {
        let is_error = self.is_error.is_some_and(|is_error| is_error(value));
        let own_lifetime = self.ttl_of.map(|ttl_of| ttl_of(value));
        let times = store.times(own_lifetime, is_error);
        self.take_in_with(times, value, recorded)
    }

    /// The same for a value whose times are known.
    pub(crate) fn take_in_with(
        &self,
        times: Times,
        value: &V,
        recorded: Option<Dependencies>,
    ) -> (Arc<StoredEntry>, usize) {
        let weight = self.weigh.map_or(0, |weigh| weigh(value));
        let recorded = match self.content(value) {
            None => recorded,
            content => Some(recorded.unwrap_or(Dependencies::NOTHING).with_content(content)),
        };
        ((self.storage.take_in)(EntryMeta { times, recorded }, value, self.told()), weight)
    }
}

/// Asks of a kept `Result` whether its error is one that `is_error` means.
pub fn fails_by<T, E>(kept: &Result<T, E>, is_error: impl FnOnce(&E) -> bool) -> bool {
    kept.as_ref().err().is_some_and(is_error)
}
