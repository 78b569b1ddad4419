//! One annotated function: its name, its secret, its store.

use std::sync::Arc;

use once_cell::sync::OnceCell;

use crate::family::{CACHE_DATA, CACHE_RESOURCE, CacheFamily};
use crate::fingerprint::Fingerprint;
use crate::key::{Key, KeyHasher, Secret};
use crate::options::Options;
use crate::store::Store;

/// Which attribute stands on the function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `#[cache_data]`
    Data,
    /// `#[cache_resource]`
    Resource,
}

impl Kind {
    fn family(self) -> &'static CacheFamily {
        match self {
            Self::Data => &CACHE_DATA,
            Self::Resource => &CACHE_RESOURCE,
        }
    }
}

/// The static behind a handle. It knows no types of the function: all instances of a generic function share it.
pub struct Function {
    kind: Kind,
    name: &'static str,
    fingerprint: Fingerprint,
    secret: OnceCell<Secret>,
    store: OnceCell<Arc<Store>>,
}

impl Function {
    /// A function that was not used yet.
    #[must_use]
    pub const fn new(kind: Kind, name: &'static str, fingerprint: u128) -> Self {
        Self { kind, name, fingerprint: Fingerprint::new(fingerprint), secret: OnceCell::new(), store: OnceCell::new() }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The key of the parts that `feed` feeds.
    #[inline]
    pub fn key(&self, feed: impl FnOnce(&mut KeyHasher<'_>)) -> Key {
        let mut key = KeyHasher::new(self.secret());
        feed(&mut key);
        key.finish_key()
    }

    /// [`key`](Self::key) where every part is of fixed width, and few bytes long.
    #[inline(always)]
    pub fn short_key(&self, feed: impl FnOnce(&mut KeyHasher<'_>)) -> Key {
        let mut key = KeyHasher::new(self.secret());
        feed(&mut key);
        key.finish_short_key()
    }

    #[inline]
    fn secret(&self) -> &Secret {
        self.secret.get_or_init(|| Secret::of(&(self.name, self.fingerprint.bits())))
    }

    /// The store, if the function was used.
    #[inline]
    pub(crate) fn used_store(&self) -> Option<&Arc<Store>> {
        self.store.get()
    }

    /// The store; from now on the function counts as used.
    pub(crate) fn store(&'static self, options: fn() -> Options) -> &'static Arc<Store> {
        self.store.get_or_init(|| {
            let store = Arc::new(Store::new(options().checked(self.name)));
            // Before anything can be kept, or a clear of all could miss it.
            self.kind.family().enlist(self);
            store
        })
    }

    pub(crate) fn clear(&self) {
        if let Some(store) = self.used_store() {
            store.clear();
        }
    }

    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        self.used_store().is_some_and(|store| store.options.tags.contains(&tag))
    }
}
