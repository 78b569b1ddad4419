//! The stores of one function: those of the process, or those of an isolation.

use std::any::Any;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use once_cell::sync::OnceCell;
use parking_lot::Mutex;

use crate::observe::counters::Counters;
use crate::store::clears;
use crate::store::entries::Store;
use crate::store::eviction::budget::Budget;
use crate::store::limits::{Limit, Limits};
use crate::store::options::Options;
use crate::store::retirement::Retired;
use crate::value::thread_local::Closable;

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

/// The stores that a call finds: those of the process, or of the isolation around it.
pub(crate) enum StoresRef {
    OfProcess(&'static FunctionStores),
    Isolated(Arc<FunctionStores>),
}

impl Deref for StoresRef {
    type Target = FunctionStores;
    fn deref(&self) -> &FunctionStores {
        match self {
            Self::OfProcess(stores) => stores,
            Self::Isolated(stores) => stores,
        }
    }
}

impl StoresRef {
    /// That of a function with one for all, if it is there.
    pub(crate) fn store(&self) -> Option<StoreRef> {
        match self {
            Self::OfProcess(stores) => stores.one().map(StoreRef::Global),
            Self::Isolated(stores) => stores.one().map(|store| StoreRef::Own(Arc::clone(store))),
        }
    }
}

/// A store that a thread has of its own.
pub(crate) fn on_thread(store: Arc<dyn Closable>) -> Option<StoreRef> {
    (store as Arc<dyn Any + Send + Sync>).downcast().ok().map(StoreRef::Own)
}

/// One for all, or several: what there is depends on the scope.
pub(crate) struct FunctionStores {
    /// That of a function with one store for all.
    one: OnceCell<Arc<Store>>,
    scoped: OnceCell<Scoped>,
    /// The isolation that they are for is over.
    is_over: AtomicBool,
}

/// The part that the stores of a function with several share.
struct Scoped {
    options: Options,
    limits: Limits,
    counters: Arc<Counters>,
    stores: Mutex<Vec<Weak<Store>>>,
}

impl FunctionStores {
    pub(crate) const fn new() -> Self {
        Self { one: OnceCell::new(), scoped: OnceCell::new(), is_over: AtomicBool::new(false) }
    }

    /// The one for all, if there is one.
    #[inline]
    pub(crate) fn one(&self) -> Option<&Arc<Store>> {
        self.one.get()
    }

    /// The same, made where there is none; `enlist` is told first.
    pub(crate) fn make_one(
        &self,
        (name, options): (&'static str, Options),
        budget: &Arc<Budget>,
        enlist: impl FnOnce(),
    ) -> &Arc<Store> {
        clears::between(|| {
            self.one.get_or_init(|| {
                enlist();
                self.open(Store::new(name, options, Arc::default()), budget)
            })
        })
    }

    /// Is there anything that several would share?
    pub(crate) fn has_several(&self) -> bool {
        self.scoped.get().is_some()
    }

    /// From now on there may be several; `enlist` is told first.
    pub(crate) fn begin_several(&self, options: Options, enlist: impl FnOnce()) {
        clears::between(|| {
            self.scoped.get_or_init(|| {
                enlist();
                Scoped { options, limits: Limits::new(), counters: Arc::default(), stores: Mutex::default() }
            })
        });
    }

    /// One of several.
    ///
    /// # Panics
    /// Panics where there cannot be several.
    #[cold]
    pub(crate) fn make_one_of_several(&self, name: &'static str, budget: &Arc<Budget>) -> Arc<Store> {
        let Some(scoped) = self.scoped.get() else { unreachable!("they were begun") };
        clears::between(|| {
            let mut stores = scoped.stores.lock();
            // Under the lock: what is set is either found here, or set in the new one.
            let options = scoped.limits.of(scoped.options);
            let store = self.open(Store::new(name, options, Arc::clone(&scoped.counters)), budget);
            if stores.len() == stores.capacity() {
                stores.retain(|store| store.strong_count() > 0);
            }
            stores.push(Arc::downgrade(&store));
            store
        })
    }

    /// A new store, which keeps nothing if it comes too late.
    fn open(&self, store: Store, budget: &Arc<Budget>) -> Arc<Store> {
        let store = store.under(budget);
        if self.is_over.load(Ordering::Relaxed) {
            drop(store.close());
        }
        store
    }

    /// All there are.
    pub(crate) fn all(&self) -> Vec<Arc<Store>> {
        let scoped = self.scoped.get().map(|scoped| scoped.stores.lock().clone()).unwrap_or_default();
        self.one.get().cloned().into_iter().chain(scoped.iter().filter_map(Weak::upgrade)).collect()
    }

    /// If any was used.
    pub(crate) fn counters(&self) -> Option<&Arc<Counters>> {
        let scoped = || self.scoped.get().map(|scoped| &scoped.counters);
        self.one.get().map(|store| &store.counters).or_else(scoped)
    }

    /// The options as they are now, if any was used.
    pub(crate) fn options(&self) -> Option<Options> {
        let scoped = || self.scoped.get().map(|scoped| scoped.limits.of(scoped.options));
        self.one.get().map(|store| store.options_now()).or_else(scoped)
    }

    /// Sets something that holds from now on, in all stores, also in those to come.
    ///
    /// # Panics
    /// Panics if with this the options are none that the function of this name can have.
    pub(crate) fn limit(&self, name: &'static str, limit: Limit) {
        if let Some(options) = self.options() {
            limit.within(options).checked(name);
        }
        if let Some(store) = self.one.get() {
            drop(store.limit(limit));
        }
        if let Some(scoped) = self.scoped.get() {
            let stores = scoped.stores.lock();
            scoped.limits.set(limit);
            let stores_and_leaving: Vec<(Retired, Arc<Store>)> = stores
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

impl Closable for FunctionStores {
    fn close(&self) -> Box<dyn Any> {
        // Stores are made between clears.
        clears::between(|| self.is_over.store(true, Ordering::Relaxed));
        Box::new(self.all().iter().map(|store| store.close()).collect::<Vec<_>>())
    }
}
