//! One annotated function: its name, its secret, its store.

use std::ops::Deref;
use std::sync::{Arc, Weak};

use once_cell::sync::OnceCell;
use parking_lot::Mutex;

use crate::counters::Counters;
#[cfg(feature = "disk")]
use crate::disk::DISK;
use crate::family::{CACHE_DATA, CACHE_RESOURCE, CacheFamily};
use crate::fingerprint::Fingerprint;
use crate::key::{Key, KeyHasher, Secret};
use crate::options::Options;
use crate::stats::Stats;
use crate::store::Store;
#[cfg(feature = "disk")]
use crate::tier::Tier as _;
use crate::{session, shelf};

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

/// Who shares the entries of a function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All.
    Global,
    /// Those who are inside a [`Session`](crate::Session).
    Session,
    /// Those on one thread.
    Thread,
}

/// The store that a call uses.
pub(crate) enum Home {
    Global(&'static Arc<Store>),
    Own(Arc<Store>),
}

impl Deref for Home {
    type Target = Arc<Store>;
    fn deref(&self) -> &Arc<Store> {
        match self {
            Self::Global(store) => store,
            Self::Own(store) => store,
        }
    }
}

/// What is shared by the stores of a function that has several.
struct Scoped {
    counters: Arc<Counters>,
    tags: &'static [&'static str],
    stores: Mutex<Vec<Weak<Store>>>,
}

/// The static behind a handle. It knows no types of the function: all instances of a generic function share it.
pub struct Function {
    kind: Kind,
    name: &'static str,
    fingerprint: Fingerprint,
    scope: Scope,
    is_persistent: bool,
    secret: OnceCell<Secret>,
    /// That of a function with one store for all.
    store: OnceCell<Arc<Store>>,
    scoped: OnceCell<Scoped>,
}

impl Function {
    /// A function that was not used yet.
    #[must_use]
    pub const fn new(kind: Kind, name: &'static str, fingerprint: u128) -> Self {
        Self {
            kind,
            name,
            fingerprint: Fingerprint::new(fingerprint),
            scope: Scope::Global,
            is_persistent: false,
            secret: OnceCell::new(),
            store: OnceCell::new(),
            scoped: OnceCell::new(),
        }
    }

    /// Whose entries are kept apart.
    #[must_use]
    pub const fn in_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// What it keeps is kept below memory too.
    #[must_use]
    pub const fn persistent(mut self) -> Self {
        self.is_persistent = true;
        self
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
        self.secret.get_or_init(|| {
            let identity = (self.name, self.fingerprint.bits());
            #[cfg(feature = "disk")]
            if self.is_persistent {
                return Secret::shared(&DISK.secret(), &identity);
            }
            Secret::of(&identity)
        })
    }

    /// The store that all share, if there is one and the function was used.
    #[inline]
    pub(crate) fn used_store(&self) -> Option<&Arc<Store>> {
        self.store.get()
    }

    pub(crate) fn address(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// The store for a call made here, if there is a place for it: a function of sessions has none outside of them. From
    /// now on the function counts as used.
    pub(crate) fn home(&'static self, options: fn() -> Options) -> Option<Home> {
        match self.scope {
            Scope::Global => Some(Home::Global(self.store.get_or_init(|| {
                let store = Arc::new(Store::new(self.name, self.checked(options), Arc::default()));
                // Before anything can be kept, or a clear of all could miss it.
                self.kind.family().enlist(self);
                store
            }))),
            Scope::Session => {
                session::read();
                let make = self.maker(options);
                session::current()?.make_store_of(self, make).map(Home::Own)
            }
            Scope::Thread => shelf::make_store_of(self, self.maker(options)).map(Home::Own),
        }
    }

    /// Makes one of several stores.
    fn maker(&'static self, options: fn() -> Options) -> impl FnOnce() -> Arc<Store> {
        let scoped = self.scoped.get_or_init(|| {
            self.kind.family().enlist(self);
            Scoped { counters: Arc::default(), tags: options().tags, stores: Mutex::default() }
        });
        move || {
            let store = Arc::new(Store::new(self.name, self.checked(options), Arc::clone(&scoped.counters)));
            let mut stores = scoped.stores.lock();
            stores.retain(|store| store.strong_count() > 0);
            stores.push(Arc::downgrade(&store));
            store
        }
    }

    fn checked(&self, options: fn() -> Options) -> Options {
        options().checked(self.name)
    }

    /// The store that a call made here would use, if it is there.
    pub(crate) fn used_home(&'static self) -> Option<Home> {
        match self.scope {
            Scope::Global => self.store.get().map(Home::Global),
            Scope::Session => session::current()?.store_of(self).map(Home::Own),
            Scope::Thread => shelf::store_of(self).map(Home::Own),
        }
    }

    /// May values made here be kept in this store? A task may have come from another thread.
    pub(crate) fn is_at_home(&'static self, home: &Home) -> bool {
        self.scope != Scope::Thread || shelf::is_here(self, home)
    }

    /// All stores there are.
    fn stores(&self) -> Vec<Arc<Store>> {
        let scoped = self.scoped.get().map(|scoped| scoped.stores.lock().clone()).unwrap_or_default();
        self.store.get().cloned().into_iter().chain(scoped.iter().filter_map(Weak::upgrade)).collect()
    }

    pub(crate) fn clear(&self) {
        // First what is below: memory takes in what it finds there.
        #[cfg(feature = "disk")]
        if self.is_persistent && DISK.is_there() {
            DISK.clear_function(self.name);
        }
        self.clear_memory();
    }

    pub(crate) fn clear_memory(&self) {
        self.stores().iter().for_each(|store| store.clear());
    }

    /// Forgets one key of a store.
    #[cfg_attr(not(feature = "disk"), expect(clippy::unused_self, reason = "there is nothing below memory"))]
    pub(crate) fn clear_key(&self, store: Option<&Store>, key: Key) {
        #[cfg(feature = "disk")]
        if self.is_persistent && DISK.is_there() {
            DISK.clear_key(self.name, key);
        }
        if let Some(store) = store {
            store.clear_key(key);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.stores().iter().map(|store| store.len()).sum()
    }

    pub(crate) fn counters(&self) -> Option<&Counters> {
        let scoped = || self.scoped.get().map(|scoped| &*scoped.counters);
        self.store.get().map(|store| &*store.counters).or_else(scoped)
    }

    pub(crate) fn stats(&self) -> Stats {
        let entries = self.len();
        self.counters().map(|counters| counters.stats(entries)).unwrap_or_default()
    }

    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        let tags = self.store.get().map(|store| store.options.tags);
        tags.or_else(|| self.scoped.get().map(|scoped| scoped.tags)).is_some_and(|tags| tags.contains(&tag))
    }
}
