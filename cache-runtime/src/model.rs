//! The loading protocol in every interleaving: loads, waits, clears and inserts of one key, checked by loom.
//!
//! Run with `RUSTFLAGS="--cfg cache_runtime_loom" cargo test -p cache-runtime --lib --release model`. What is modelled
//! is the state, the flights and the order of their steps, and the [`index`]; the policy keeps its own promises.

mod index;

use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize as Count, Ordering::SeqCst};

use loom::sync::atomic::AtomicU64;
use loom::thread;

use crate::call::load::{Begin, Load, begin, begin_first};
use crate::context::trace::Places;
use crate::flight::waiting::LoadEnd;
use crate::function::hooks::Hooks;
use crate::function::stores::StoreRef;
use crate::key::Key;
use crate::store::clears::{self, ToClear};
use crate::store::entries::Store;
use crate::store::loading::Miss;
use crate::store::options::Options;
use crate::sys::hazard;
use crate::sys::park::block_on;
use crate::value::dependencies::{AnySession, Read, Source};
use crate::value::owned::OwnedValue;
use crate::value::storage::Data;
use crate::value::stored_entry::Freshness;

const KEY: Key = Key::new(7);
const HOOKS: Hooks<u64> = Hooks::new(Data);

/// Explores a model; three context switches more than needed find what there is to be found, and end in time.
fn explore(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

fn store() -> Arc<Store> {
    Arc::new(Store::new("", Options::DEFAULT, Arc::default()))
}

fn look(store: &Store) -> Option<u64> {
    let (kept, freshness) = store.look_up(KEY)?;
    assert!(freshness == Freshness::Fresh);
    (HOOKS.storage.clone_out)(&kept)
}

/// A call as `call` makes it, with `body` given the load to end.
fn call(store: &Arc<Store>, body: impl Fn(Load) -> Option<u64>) -> Option<u64> {
    let home = StoreRef::Own(Arc::clone(store));
    let mut turn = None;
    let mut is_first_try = true;
    loop {
        if let Some(value) = look(store) {
            return Some(value);
        }
        if mem::take(&mut is_first_try)
            && let Some(load) = begin_first(&home, KEY)
        {
            return body(load);
        }
        match begin(&home, store.walk(KEY), &Miss::Absent, false, (&mut turn, &mut Places::default())) {
            Begin::Lead(load) => return body(load),
            Begin::Wait(mut wait) => {
                if let LoadEnd::Value(kept, alive) = block_on(pin!(&mut wait))
                    && alive.beside.as_ref().is_none_or(|recorded| recorded.is_current())
                {
                    return (HOOKS.storage.clone_out)(&kept);
                }
                turn = Some(wait);
            }
            Begin::Again => {}
            Begin::AfterClear => clears::wait(),
            Begin::Serve(_) | Begin::Recursive { .. } | Begin::RecursiveInDrop(_) => {
                unreachable!("nothing is stale and nothing recursive here")
            }
        }
    }
}

fn keep(store: &Store, load: Load, value: u64) -> Option<u64> {
    let Ok(recorded) = load.recorded() else { unreachable!("nothing is read twice here") };
    let (kept, weight) = HOOKS.take_in(store, &value, recorded);
    load.keep(&kept, weight);
    Some(value)
}

fn clear<const N: usize>(stores: [&Arc<Store>; N]) {
    let to_clear =
        || stores.map(|store| ToClear { store: Arc::clone(store), is_persistent: false, by_tag: false }).into();
    clears::clear(None, to_clear, || ());
}

#[test]
fn callers_of_one_key_run_one_body_and_all_get_its_value() {
    explore(|| {
        let store = store();
        let runs = Arc::new(Count::new(0));
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let (store, runs) = (Arc::clone(&store), Arc::clone(&runs));
                thread::spawn(move || {
                    let body = |load| {
                        runs.fetch_add(1, SeqCst);
                        thread::yield_now();
                        keep(&store, load, 1)
                    };
                    assert_eq!(call(&store, body), Some(1));
                })
            })
            .collect();
        for caller in callers {
            caller.join().expect("no assertion fails");
        }
        assert_eq!(runs.load(SeqCst), 1);
        assert_eq!(look(&store), Some(1));
    });
}

/// Whoever changed the source and cleared never sees what was read before, now or later.
fn clear_wins(clear: fn(&Arc<Store>)) {
    explore(move || {
        let store = store();
        let source = Arc::new(AtomicU64::new(1));
        let loader = {
            let (store, source) = (Arc::clone(&store), Arc::clone(&source));
            thread::spawn(move || call(&store, |load| keep(&store, load, source.load(SeqCst))))
        };
        source.store(2, SeqCst);
        clear(&store);
        assert_ne!(look(&store), Some(1), "a value from before the clear is kept");
        let seen = call(&store, |load| keep(&store, load, source.load(SeqCst)));
        assert_eq!(seen, Some(2), "a value from before the clear was handed out");
        assert!(loader.join().expect("no assertion fails").is_some());
        assert_eq!(look(&store), Some(2), "a value from before the clear was kept later");
    });
}

#[test]
fn a_clear_of_all_wins_against_a_running_load() {
    clear_wins(|store| clear([store]));
}

#[test]
fn a_clear_of_the_key_wins_against_a_running_load() {
    clear_wins(|store| store.clear_key(KEY));
}

/// `page` is made of `query`, and both are cleared at once: what `page` keeps or gives out after that was not made of what
/// `query` had before.
#[test]
fn a_clear_of_several_stores_is_one_clear() {
    explore(|| {
        let (page, query) = (store(), store());
        let source = Arc::new(AtomicU64::new(1));
        let load_query = |query: &Arc<Store>, source: &AtomicU64| {
            call(query, |load| keep(query, load, source.load(SeqCst))).expect("no body fails")
        };
        assert_eq!(load_query(&query, &source), 1);
        let loader = {
            let (page, query, source) = (Arc::clone(&page), Arc::clone(&query), Arc::clone(&source));
            thread::spawn(move || call(&page, |load| keep(&page, load, load_query(&query, &source))))
        };
        source.store(2, SeqCst);
        clear([&page, &query]);
        assert_ne!(look(&page), Some(1), "a page from before the clear is kept");
        assert!(loader.join().expect("no assertion fails").is_some());
        assert_ne!(look(&page), Some(1), "a page from before the clear was kept later");
    });
}

#[test]
fn those_who_wait_for_what_fails_run_the_body_each_once_and_none_hangs() {
    explore(|| {
        let store = store();
        let runs = Arc::new(Count::new(0));
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let (store, runs) = (Arc::clone(&store), Arc::clone(&runs));
                thread::spawn(move || {
                    let failed = call(&store, |load| {
                        runs.fetch_add(1, SeqCst);
                        thread::yield_now();
                        load.fail();
                        None
                    });
                    assert_eq!(failed, None);
                })
            })
            .collect();
        for caller in callers {
            caller.join().expect("no assertion fails");
        }
        assert_eq!(runs.load(SeqCst), 2);
        assert!(store.has_no_loads());
    });
}

#[test]
fn what_is_inserted_wins_against_a_running_load() {
    explore(|| {
        let store = store();
        let loader = {
            let store = Arc::clone(&store);
            thread::spawn(move || call(&store, |load| keep(&store, load, 1)))
        };
        let (kept, weight) = HOOKS.take_in(&store, &2, None);
        store.prime(KEY, kept, weight);
        assert_eq!(look(&store), Some(2));
        assert!(loader.join().expect("no assertion fails").is_some());
        assert_eq!(look(&store), Some(2));
    });
}

/// Something that bodies read besides their arguments.
struct Setting(AtomicU64);

impl Source for Setting {
    fn id(&self) -> u64 {
        1
    }

    fn state(&self) -> Key {
        Key::new(self.0.load(SeqCst).into())
    }

    fn from_outside(self: Arc<Self>, _session: &AnySession) -> Option<Arc<dyn Source>> {
        Some(self)
    }
}

#[test]
fn no_value_is_served_that_was_made_for_another_state() {
    explore(|| {
        let store = store();
        let setting = Arc::new(Setting(AtomicU64::new(1)));
        let body = |setting: &Arc<Setting>, store: &Store, load: Load| {
            let read = setting.0.load(SeqCst);
            let state = Key::new(read.into());
            load.run().record(|record| record.read(&Read { source: Arc::clone(setting) as Arc<dyn Source>, state }));
            keep(store, load, read)
        };
        let other = {
            let (store, setting) = (Arc::clone(&store), Arc::clone(&setting));
            thread::spawn(move || call(&store, |load| body(&setting, &store, load)))
        };
        setting.0.store(2, SeqCst);
        assert_eq!(call(&store, |load| body(&setting, &store, load)), Some(2));
        assert!(other.join().expect("no assertion fails").is_some());
        assert_eq!(look(&store), Some(2));
        setting.0.store(1, SeqCst);
        assert_ne!(look(&store), Some(2));
    });
}

#[test]
fn when_a_load_ends_without_a_value_a_waiter_runs_the_body() {
    explore(|| {
        let store = store();
        let runs = Arc::new(Count::new(0));
        let caller = |store: &Arc<Store>, runs: &Count| {
            call(store, |load| {
                // The first body is dropped in the middle, as by a panic or a cancelled future.
                if runs.fetch_add(1, SeqCst) == 0 { None } else { keep(store, load, 1) }
            })
        };
        let other = {
            let (store, runs) = (Arc::clone(&store), Arc::clone(&runs));
            thread::spawn(move || caller(&store, &runs))
        };
        let own = caller(&store, &runs);
        let other = other.join().expect("no assertion fails");
        assert_eq!(own.or(other), Some(1));
        assert!(own.is_none() || other.is_none(), "the caller of the first body gets nothing");
        assert_eq!(runs.load(SeqCst), 2);
    });
}

#[test]
fn a_refresh_is_not_undone_by_a_load_that_began_before_it() {
    explore(|| {
        let store = store();
        let source = Arc::new(AtomicU64::new(1));
        let loader = {
            let (store, source) = (Arc::clone(&store), Arc::clone(&source));
            thread::spawn(move || call(&store, |load| keep(&store, load, source.load(SeqCst))))
        };
        source.store(2, SeqCst);
        let Begin::Lead(load) = begin(
            &StoreRef::Own(Arc::clone(&store)),
            store.walk(KEY),
            &Miss::Absent,
            true,
            (&mut None, &mut Places::default()),
        ) else {
            unreachable!("a refresh always runs the body")
        };
        keep(&store, load, source.load(SeqCst));
        loader.join().expect("no assertion fails");
        assert_eq!(look(&store), Some(2));
    });
}

/// The table of a thread, with one place: whatever it answers, the index would have answered when the call
/// began, or later.
#[test]
fn a_table_of_a_thread_never_has_what_left_before_the_call_began() {
    explore(|| {
        let store = store();
        let put = |value| {
            let (kept, weight) = HOOKS.take_in(&store, &value, None);
            store.change(|state, retired| store.put(state, retired, KEY, kept, weight));
        };
        put(1);
        // Raised when a value has been put in place of another or taken out: to what a call that begins now may give.
        let at_least = Arc::new(AtomicU64::new(1));
        let reader = {
            let (store, at_least) = (Arc::clone(&store), Arc::clone(&at_least));
            thread::spawn(move || {
                let mut place = None;
                for _ in 0..2 {
                    let at_least = at_least.load(SeqCst);
                    let epoch = store.epoch(KEY);
                    let value = match place {
                        Some((filled_in, value)) if filled_in == epoch => Some(value),
                        _ => {
                            let value = look(&store);
                            place = value.filter(|_| epoch != 0).map(|value| (epoch, value));
                            value
                        }
                    };
                    assert!(value.unwrap_or(3) >= at_least, "{value:?} was handed out after {at_least}");
                }
            })
        };
        put(2);
        at_least.store(2, SeqCst);
        store.clear_key(KEY);
        at_least.store(3, SeqCst);
        reader.join().expect("no assertion fails");
    });
}

/// Owns something, and knows when it was dropped.
#[derive(Clone)]
struct Owning(Arc<AtomicU64>);

impl Drop for Owning {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// A value that was lent to a thread: a clear drops it at once or, if it is just being read, leaves
/// it to the reader, who drops it when done.
#[test]
fn a_value_is_not_dropped_while_it_is_read_and_is_afterwards() {
    const OWNING: Hooks<Owning> = Hooks::new(Data);
    explore(|| {
        let store = store();
        let dropped = Arc::new(AtomicU64::new(0));
        let (kept, weight) = OWNING.take_in(&store, &Owning(Arc::clone(&dropped)), None);
        dropped.store(0, SeqCst); // the one it was cloned from
        store.change(|state, retired| store.put(state, retired, KEY, Arc::clone(&kept), weight));
        let reader = {
            let (store, dropped) = (Arc::clone(&store), Arc::clone(&dropped));
            thread::spawn(move || {
                let hazard = hazard::register();
                let epoch = store.epoch(KEY);
                let Some((kept, _)) = store.look(KEY) else { return };
                let owned = kept.held::<OwnedValue<Owning>>().expect("the cache owns it");
                let is_there = || epoch != 0 && store.epoch(KEY) == epoch;
                let Some(address) = owned.lend(is_there) else { return };
                let Some(guard) = hazard.guard(address.addr()) else { unreachable!("it guards nothing yet") };
                if is_there() {
                    assert_eq!(dropped.load(SeqCst), 0, "it was dropped before it was read");
                    thread::yield_now();
                    assert_eq!(dropped.load(SeqCst), 0, "it was dropped while it was read");
                }
                drop(guard);
            })
        };
        clear([&store]);
        reader.join().expect("no assertion fails");
        assert_eq!(dropped.load(SeqCst), 1, "it is dropped once, by whoever was last");
    });
}
