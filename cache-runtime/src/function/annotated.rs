//! One annotated function: its name, its secret, its store.

use std::any::type_name;
use std::sync::Arc;
#[cfg(feature = "disk")]
use std::sync::atomic::AtomicBool;

use once_cell::sync::{Lazy, OnceCell};

use crate::context::{frame, isolation};
use crate::function::kind::Kind;
use crate::function::name;
use crate::function::registry::{Registry, RegistryRef};
use crate::function::scope::Scope;
use crate::function::session;
use crate::function::stores::{FunctionStores, StoreRef, StoresRef, on_thread};
use crate::key::fingerprint::Fingerprint;
#[cfg(feature = "disk")]
use crate::key::names::around;
use crate::key::{Key, KeyHasher, Secret};
use crate::observe::counters::Counters;
use crate::observe::stats::Stats;
use crate::store::clears::{self, ToClear};
use crate::store::entries::Store;
use crate::store::limits::Limit;
use crate::store::options::Options;
#[cfg(feature = "disk")]
use crate::sys::mode::Mode;
#[cfg(feature = "disk")]
use crate::tier::contract::Tier as _;
#[cfg(feature = "disk")]
use crate::tier::disk::DISK;
use crate::value::dependencies::Read;
use crate::value::thread_local::{self, Place};

impl Kind {
    pub(crate) fn registry(self) -> RegistryRef<Function> {
        static DATA: Lazy<Registry<Function>> = Lazy::new(Registry::new);
        static RESOURCES: Lazy<Registry<Function>> = Lazy::new(Registry::new);
        match isolation::current() {
            Some(isolation) => {
                let own = isolation.make_part(self as u64, Registry::new);
                // Where it is over, nobody asks for what is enlisted.
                RegistryRef::Isolated(own.unwrap_or_else(|| Arc::new(Registry::new())))
            }
            None => RegistryRef::OfProcess(match self {
                Self::Data => &DATA,
                Self::Resource => &RESOURCES,
            }),
        }
    }
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
    /// Of a persistent function, the name of a closure beside its static: it holds all that stands around it.
    #[cfg(feature = "disk")]
    place: Option<fn() -> &'static str>,
    #[cfg(feature = "disk")]
    pub(super) is_nameless_told: AtomicBool,
    /// That of the process; a persistent function has others.
    secret: OnceCell<Secret>,
    #[cfg(feature = "disk")]
    secrets_of_persistent: PersistentSecrets,
    /// What its options were asked for with.
    options: OnceCell<fn() -> Options>,
    stores: FunctionStores,
}

/// A key that leads to the disk is made with the secret of its folder. In an isolation no folder is looked at.
#[cfg(feature = "disk")]
struct PersistentSecrets {
    of_folder: OnceCell<Secret>,
    isolated: OnceCell<Secret>,
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
            #[cfg(feature = "disk")]
            place: None,
            #[cfg(feature = "disk")]
            is_nameless_told: AtomicBool::new(false),
            secret: OnceCell::new(),
            #[cfg(feature = "disk")]
            secrets_of_persistent: PersistentSecrets { of_folder: OnceCell::new(), isolated: OnceCell::new() },
            options: OnceCell::new(),
            stores: FunctionStores::new(),
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

    /// Its values are kept below memory too, for builds that decide alike by `cfg`. The type of a closure beside it
    /// says where it stands.
    #[must_use]
    pub const fn persistent<F>(mut self, _closure: &F, decided: &[bool]) -> Self {
        self.is_persistent = true;
        #[cfg(feature = "disk")]
        {
            self.place = Some(around::<F>);
        }
        self.fingerprint = self.fingerprint.in_build(decided);
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
        match self.secret.get() {
            Some(secret) => secret,
            None => self.make_secret(),
        }
    }

    #[cold]
    fn make_secret(&self) -> &Secret {
        let fingerprint = self.fingerprint.bits();
        #[cfg(feature = "disk")]
        if let Some(place) = self.place {
            let name = || name::in_place(self.path, place());
            let PersistentSecrets { of_folder, isolated } = &self.secrets_of_persistent;
            return if isolation::is_around() || Mode::get() == Mode::Off {
                isolated.get_or_init(|| Secret::of(&(&name(), fingerprint)))
            } else {
                of_folder.get_or_init(|| Secret::shared(&DISK.secret(), &(&name(), fingerprint)))
            };
        }
        self.secret.get_or_init(|| Secret::of(&(self.name(), fingerprint)))
    }

    /// The store that all share outside of isolations, if there is one and the function was used.
    #[inline]
    pub(crate) fn used_store(&self) -> Option<&Arc<Store>> {
        self.stores.one()
    }

    pub(crate) fn address(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Its stores here; `None` in an isolation that is over.
    fn here(&'static self) -> Option<StoresRef> {
        match isolation::current() {
            None => Some(StoresRef::OfProcess(&self.stores)),
            Some(isolation) => isolation.make_part(self.address() as u64, FunctionStores::new).map(StoresRef::Isolated),
        }
    }

    /// The same, if there may be any.
    fn used_here(&'static self) -> Option<StoresRef> {
        match isolation::current() {
            None => Some(StoresRef::OfProcess(&self.stores)),
            Some(isolation) => isolation.part(self.address() as u64).map(StoresRef::Isolated),
        }
    }

    /// Where sessions and threads find its store.
    fn place(&'static self) -> Place {
        (self.address(), isolation::current().map_or(0, |isolation| isolation.id))
    }

    /// The store for a call made here, if there is a place for it: a function of sessions has none outside of them.
    /// From now on the function counts as used.
    ///
    /// # Panics
    /// Panics if an expression among the options calls the function, or says what no option can be.
    pub(crate) fn home(&'static self, options: fn() -> Options) -> Option<StoreRef> {
        let here = self.here()?;
        match self.scope {
            Scope::Global => here.store().or_else(|| {
                self.begin(&here, options);
                here.store()
            }),
            Scope::Session => {
                session::read();
                self.begin(&here, options);
                let make = || here.make_one_of_several(self.name(), &self.kind.registry().budget);
                session::current()?.make_store_of(self.place(), make).map(StoreRef::Own)
            }
            Scope::Thread => {
                self.begin(&here, options);
                let make = || here.make_one_of_several(self.name(), &self.kind.registry().budget) as _;
                thread_local::make_store_of(self.place(), make).and_then(on_thread)
            }
        }
    }

    /// From now on the function counts as used here.
    fn begin(&'static self, here: &FunctionStores, options: fn() -> Options) {
        if here.one().is_none() && !here.has_several() {
            self.begin_anew(here, options);
        }
    }

    #[cold]
    fn begin_anew(&'static self, here: &FunctionStores, options: fn() -> Options) {
        let evaluated = self.evaluate(options);
        let registry = self.kind.registry();
        let enlist = || {
            self.options.get_or_init(|| options);
            registry.enlist(self);
        };
        match self.scope {
            Scope::Global => drop(here.make_one((self.name(), evaluated), &registry.budget, enlist)),
            Scope::Session | Scope::Thread => here.begin_several(evaluated, enlist),
        }
    }

    /// The options' expressions are the user's code: they run with nothing locked, and on each of the threads that are
    /// first to call the function.
    fn evaluate(&self, options: fn() -> Options) -> Options {
        let Some(options) = frame::making(self, options) else {
            panic!("recursive call of `{}` from an expression among its own options", self.name())
        };
        // An isolation has nothing else.
        let memory = options.memory || isolation::is_around();
        Options { memory, ..options }.checked(self.name())
    }

    /// The store that a call made here would use, if it is there.
    pub(crate) fn used_home(&'static self) -> Option<StoreRef> {
        match self.scope {
            Scope::Global => self.used_here()?.store(),
            Scope::Session => session::current()?.store_of(self.place()).map(StoreRef::Own),
            Scope::Thread => thread_local::store_of(self.place()).and_then(on_thread),
        }
    }

    /// The reads that primed values depend on here; those of a function of sessions are kept apart anyway.
    pub(crate) fn reads_of_primed(&self, store: &Store, base: Key) -> Vec<Read> {
        if self.scope == Scope::Session { Vec::new() } else { session::reads_of_primed(store, base) }
    }

    /// May values made here be kept in this store? A task may have come from another thread.
    pub(crate) fn is_at_home(&'static self, home: &StoreRef) -> bool {
        self.scope != Scope::Thread || thread_local::is_here(self.place(), Arc::as_ptr(home).cast())
    }

    /// All stores there are.
    pub(crate) fn stores(&'static self) -> Vec<Arc<Store>> {
        self.used_here().map(|here| here.all()).unwrap_or_default()
    }

    /// Is anything of it kept below memory, as far as calls made here are concerned?
    pub(crate) fn persists(&self) -> bool {
        self.is_persistent && !isolation::is_around()
    }

    pub(crate) fn clear(&'static self) {
        let clear_below = || {
            #[cfg(feature = "disk")]
            if self.persists() {
                DISK.clear_function(self.name());
            }
        };
        match self.used_here().and_then(|here| here.store()) {
            // Nothing else is to be cleared with it.
            Some(store) if !self.persists() => store.clear(),
            _ => clears::clear(None, || self.to_clear().collect(), clear_below),
        }
    }

    pub(crate) fn to_clear(&'static self) -> impl Iterator<Item = ToClear> {
        self.stores().into_iter().map(|store| ToClear { store, is_persistent: self.persists(), by_tag: false })
    }

    /// The stores to be cleared with a tag: all, what has the tag by itself, or nothing.
    pub(crate) fn to_clear_with(&'static self, tag: &str) -> impl Iterator<Item = ToClear> {
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
        if self.persists() {
            DISK.clear_key(self.name(), key);
        }
    }

    pub(crate) fn len(&'static self) -> usize {
        self.stores().iter().map(|store| store.len()).sum()
    }

    /// If the function was used.
    pub(crate) fn counters(&'static self) -> Option<Arc<Counters>> {
        self.used_here()?.counters().cloned()
    }

    pub(crate) fn stats(&'static self) -> Stats {
        let entries = self.len();
        self.counters().map(|counters| counters.stats(entries)).unwrap_or_default()
    }

    pub(crate) fn reset_stats(&'static self) {
        if let Some(counters) = self.counters() {
            counters.reset();
        }
    }

    /// The options as they are now, if the function was used.
    pub(crate) fn options(&'static self) -> Option<Options> {
        self.used_here()?.options()
    }

    fn has_tag(&'static self, tag: &str) -> bool {
        self.options().is_some_and(|options| options.tags.contains(&tag))
    }

    /// Sets something that holds from now on, in all stores. From now on the function counts as used.
    ///
    /// # Panics
    /// Panics as [`home`](Self::home) does, and if with this the options are none that a function can have.
    pub(crate) fn limit(&'static self, options: fn() -> Options, limit: Limit) {
        if let Some(here) = self.here() {
            self.begin(&here, options);
            here.limit(self.name(), limit);
        }
    }

    /// The same for who does not know its options: some call has told them.
    pub(crate) fn limit_used(&'static self, limit: Limit) {
        if let Some(options) = self.options.get() {
            self.limit(*options, limit);
        }
    }

    /// Frees what is past its end.
    pub(crate) fn sweep(&'static self) {
        for store in self.stores() {
            store.sweep();
        }
    }
}
