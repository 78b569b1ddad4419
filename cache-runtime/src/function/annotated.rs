//! One annotated function: its name, its secret, its store.

use std::any::{Any, type_name};
use std::ops::Deref;
use std::sync::{Arc, Weak};

use once_cell::sync::OnceCell;
use parking_lot::Mutex;

use crate::context::frame;
use crate::function::kind::Kind;
use crate::function::name;
use crate::function::scope::Scope;
use crate::function::session;
use crate::key::fingerprint::Fingerprint;
use crate::key::{Key, KeyHasher, Secret};
use crate::observe::counters::Counters;
use crate::observe::stats::Stats;
use crate::store::clears::{self, ToClear};
use crate::store::entries::Store;
use crate::store::eviction::budget::Budget;
use crate::store::limits::{Limit, Limits};
use crate::store::options::Options;
#[cfg(feature = "disk")]
use crate::tier::contract::Tier as _;
#[cfg(feature = "disk")]
use crate::tier::disk::DISK;
use crate::value::dependencies::Read;
use crate::value::thread_local::{self, Closable};

/// All functions under one attribute.
pub(crate) struct Registry {
    /// In the order of their first use.
    functions: Mutex<Vec<&'static Function>>,
    /// The bound that they share.
    pub(crate) budget: Budget,
}

impl Registry {
    const fn new() -> Self {
        Self { functions: Mutex::new(Vec::new()), budget: Budget::new() }
    }

    /// The functions that were used so far. A copy: the list must be free while their values are dropped.
    pub(crate) fn used(&self) -> Vec<&'static Function> {
        self.functions.lock().clone()
    }

    fn enlist(&self, function: &'static Function) {
        self.functions.lock().push(function);
    }
}

impl Kind {
    pub(crate) fn registry(self) -> &'static Registry {
        static DATA: Registry = Registry::new();
        static RESOURCES: Registry = Registry::new();
        match self {
            Self::Data => &DATA,
            Self::Resource => &RESOURCES,
        }
    }
}

/// The store that a call uses.
pub(crate) enum StoreRef {
    Global(&'static Arc<Store>),
    Own(Arc<Store>),
}

impl StoreRef {
    /// Another reference to the same.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Global(store) => Self::Global(store),
            Self::Own(store) => Self::Own(Arc::clone(store)),
        }
    }
}

impl Deref for StoreRef {
    type Target = Arc<Store>;
    fn deref(&self) -> &Arc<Store> {
        match self {
            Self::Global(store) => store,
            Self::Own(store) => store,
        }
    }
}

/// A store that a thread has of its own.
fn on_thread(store: Arc<dyn Closable>) -> Option<StoreRef> {
    (store as Arc<dyn Any + Send + Sync>).downcast().ok().map(StoreRef::Own)
}

/// The part that the stores of one function share.
struct Scoped {
    options: Options,
    limits: Limits,
    counters: Arc<Counters>,
    stores: Mutex<Vec<Weak<Store>>>,
}

/// The static behind a handle. It knows no types of the function: all instances of a generic function share it.
pub struct Function {
    pub(crate) kind: Kind,
    path: &'static str,
    /// The type's name that tells of the `impl` block around it.
    closure: Option<fn() -> &'static str>,
    name: OnceCell<&'static str>,
    fingerprint: Fingerprint,
    pub(crate) scope: Scope,
    pub(crate) is_persistent: bool,
    secret: OnceCell<Secret>,
    /// That of a function with one store for all.
    store: OnceCell<Arc<Store>>,
    scoped: OnceCell<Scoped>,
}

impl Function {
    /// A function that was not used yet, at this path.
    #[must_use]
    pub const fn new(kind: Kind, path: &'static str, fingerprint: u128) -> Self {
        Self {
            kind,
            path,
            closure: None,
            name: OnceCell::new(),
            fingerprint: Fingerprint::new(fingerprint),
            scope: Scope::Global,
            is_persistent: false,
            secret: OnceCell::new(),
            store: OnceCell::new(),
            scoped: OnceCell::new(),
        }
    }

    /// It may be a method: the type of a closure beside it says of what.
    #[must_use]
    pub const fn beside<F>(mut self, _closure: &F) -> Self {
        self.closure = Some(type_name::<F>);
        self
    }

    /// Whose entries are kept apart.
    #[must_use]
    pub const fn in_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Its values are kept below memory too.
    #[must_use]
    pub const fn persistent(mut self) -> Self {
        self.is_persistent = true;
        self
    }

    /// Found out when it is first asked for.
    pub(crate) fn name(&self) -> &'static str {
        let Some(closure) = self.closure else { return self.path };
        self.name.get_or_init(|| name::holding_type(self.path, closure()))
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
            let identity = (self.name(), self.fingerprint.bits());
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

    /// The store for a call made here, if there is a place for it: a function of sessions has none outside of them.
    /// From now on the function counts as used.
    ///
    /// # Panics
    /// Panics if an expression among the options calls the function, or says what no option can be.
    pub(crate) fn home(&'static self, options: fn() -> Options) -> Option<StoreRef> {
        match self.scope {
            Scope::Global => Some(StoreRef::Global(match self.store.get() {
                Some(store) => store,
                None => self.make_store(options),
            })),
            Scope::Session => {
                session::read();
                let scoped = self.scoped(options);
                session::current()?
                    .make_store_of(self.address(), || self.make_one_of_several(scoped))
                    .map(StoreRef::Own)
            }
            Scope::Thread => {
                let scoped = self.scoped(options);
                thread_local::make_store_of(self.address(), || self.make_one_of_several(scoped)).and_then(on_thread)
            }
        }
    }

    #[cold]
    fn make_store(&'static self, options: fn() -> Options) -> &'static Arc<Store> {
        let options = self.evaluate(options);
        clears::between(|| {
            self.store.get_or_init(|| {
                self.kind.registry().enlist(self);
                Store::new(self.name(), options, Arc::default()).under(&self.kind.registry().budget)
            })
        })
    }

    fn scoped(&'static self, options: fn() -> Options) -> &'static Scoped {
        if let Some(scoped) = self.scoped.get() {
            return scoped;
        }
        let options = self.evaluate(options);
        clears::between(|| {
            self.scoped.get_or_init(|| {
                self.kind.registry().enlist(self);
                Scoped { options, limits: Limits::new(), counters: Arc::default(), stores: Mutex::default() }
            })
        })
    }

    #[cold]
    fn make_one_of_several(&self, scoped: &Scoped) -> Arc<Store> {
        clears::between(|| {
            let mut stores = scoped.stores.lock();
            // Under the lock: what is set is either found here, or set in the new one.
            let options = scoped.limits.of(scoped.options);
            let store = Store::new(self.name(), options, Arc::clone(&scoped.counters));
            let store = store.under(&self.kind.registry().budget);
            if stores.len() == stores.capacity() {
                stores.retain(|store| store.strong_count() > 0);
            }
            stores.push(Arc::downgrade(&store));
            store
        })
    }

    /// The options' expressions are the user's code: they run with nothing locked, and on each of the threads that are
    /// first to call the function.
    fn evaluate(&self, options: fn() -> Options) -> Options {
        match frame::making(self, options) {
            Some(options) => options.checked(self.name()),
            None => panic!("recursive call of `{}` from an expression among its own options", self.name()),
        }
    }

    /// The store that a call made here would use, if it is there.
    pub(crate) fn used_home(&'static self) -> Option<StoreRef> {
        match self.scope {
            Scope::Global => self.store.get().map(StoreRef::Global),
            Scope::Session => session::current()?.store_of(self.address()).map(StoreRef::Own),
            Scope::Thread => thread_local::store_of(self.address()).and_then(on_thread),
        }
    }

    /// The reads that primed values depend on here; those of a function of sessions are kept apart anyway.
    pub(crate) fn reads_of_primed(&self, store: &Store, base: Key) -> Vec<Read> {
        if self.scope == Scope::Session { Vec::new() } else { session::reads_of_primed(store, base) }
    }

    /// May values made here be kept in this store? A task may have come from another thread.
    pub(crate) fn is_at_home(&'static self, home: &StoreRef) -> bool {
        self.scope != Scope::Thread || thread_local::is_here(self.address(), Arc::as_ptr(home).cast())
    }

    /// All stores there are.
    pub(crate) fn stores(&self) -> Vec<Arc<Store>> {
        let scoped = self.scoped.get().map(|scoped| scoped.stores.lock().clone()).unwrap_or_default();
        self.store.get().cloned().into_iter().chain(scoped.iter().filter_map(Weak::upgrade)).collect()
    }

    pub(crate) fn clear(&self) {
        let clear_below = || {
            #[cfg(feature = "disk")]
            if self.is_persistent && DISK.is_there() {
                DISK.clear_function(self.name());
            }
        };
        match self.store.get() {
            // Nothing else is to be cleared with it.
            Some(store) if !self.is_persistent => store.clear(),
            _ => clears::clear(None, || self.to_clear().collect(), clear_below),
        }
    }

    pub(crate) fn to_clear(&self) -> impl Iterator<Item = ToClear> {
        self.stores().into_iter().map(|store| ToClear { store, is_persistent: self.is_persistent, by_tag: false })
    }

    /// The stores to be cleared with a tag: all, what has the tag by itself, or nothing.
    pub(crate) fn to_clear_with(&self, tag: &str) -> impl Iterator<Item = ToClear> {
        let by_tag = !self.has_tag(tag);
        let is_concerned = !by_tag || self.options().is_some_and(|options| options.entry_tags);
        let stores = is_concerned.then(|| self.to_clear());
        stores.into_iter().flatten().map(move |store| ToClear { by_tag, ..store })
    }

    /// Forgets one key below memory.
    #[cfg_attr(not(feature = "disk"), expect(clippy::unused_self, reason = "there is nothing below memory"))]
    #[cfg_attr(not(feature = "disk"), expect(unused_variables, reason = "there is nothing below memory"))]
    pub(crate) fn clear_key_below(&self, key: Key) {
        #[cfg(feature = "disk")]
        if self.is_persistent && DISK.is_there() {
            DISK.clear_key(self.name(), key);
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

    pub(crate) fn reset_stats(&self) {
        if let Some(counters) = self.counters() {
            counters.reset();
        }
    }

    /// The options as they are now, if the function was used.
    pub(crate) fn options(&self) -> Option<Options> {
        let scoped = || self.scoped.get().map(|scoped| scoped.limits.of(scoped.options));
        self.store.get().map(|store| store.options_now()).or_else(scoped)
    }

    fn has_tag(&self, tag: &str) -> bool {
        self.options().is_some_and(|options| options.tags.contains(&tag))
    }

    /// Sets something that holds from now on, in all stores. From now on the function counts as used.
    ///
    /// # Panics
    /// Panics as [`home`](Self::home) does, and if with this the options are none that a function can have.
    pub(crate) fn limit(&'static self, options: fn() -> Options, limit: Limit) {
        match self.scope {
            Scope::Global => {
                let store = self.store.get().unwrap_or_else(|| self.make_store(options));
                limit.within(store.options_now()).checked(self.name());
                drop(store.limit(limit));
            }
            Scope::Session | Scope::Thread => {
                let scoped = self.scoped(options);
                limit.within(scoped.limits.of(scoped.options)).checked(self.name());
                let stores = scoped.stores.lock();
                scoped.limits.set(limit);
                let stores_and_leaving: Vec<_> = stores
                    .iter()
                    .filter_map(Weak::upgrade)
                    .map(|store| {
                        let retired = store.limit(limit);
                        (retired, store)
                    })
                    .collect();
                drop(stores);
                // That runs the user's code.
                drop(stores_and_leaving);
            }
        }
    }

    /// Frees what is past its end.
    pub(crate) fn sweep(&self) {
        for store in self.stores() {
            store.sweep();
        }
    }
}
