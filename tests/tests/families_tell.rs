//! What the families tell of their functions, and do for who knows only a name. Alone in its process: the lists are
//! compared whole.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{
    CACHE_DATA, CACHE_RESOURCE, Eviction, FunctionInfo, Kind, Scope, Session, Tier, cache_data, cache_resource,
};

static RELEASED: AtomicU32 = AtomicU32::new(0);

mod shop {
    use super::{AtomicU32, Duration, Ordering, cache_data};

    pub(super) struct Users;

    impl Users {
        #[cache_data(ttl = Duration::from_secs(90), max_entries = 7, eviction = "tiny_lfu", tags("users", "rows"))]
        pub(super) fn get(_id: u32) -> Self {
            Self
        }
    }

    impl Clone for Users {
        fn clone(&self) -> Self {
            Self
        }
    }

    pub(super) static CALLS: AtomicU32 = AtomicU32::new(0);

    #[cache_data]
    pub(super) fn twice<T: std::hash::Hash + Clone + Send + Sync + 'static>(x: T) -> (T, T) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        (x.clone(), x)
    }

    #[cache_data]
    pub(super) fn never_called() -> u32 {
        1
    }
}

#[cache_data(scope = "session", time_to_idle = "1m")]
fn of_session(x: u32) -> u32 {
    x
}

#[cache_data(scope = "thread", single_flight = false)]
fn of_thread(x: u32) -> Rc<u32> {
    Rc::new(x)
}

#[cache_resource(ttl = "10s", on_release = |_| { RELEASED.fetch_add(1, Ordering::Relaxed); })]
fn pool(url: &str) -> Arc<String> {
    Arc::new(url.to_owned())
}

fn short(name: &str) -> &str {
    name.strip_prefix("families_tell::").expect("all are of this crate")
}

#[test]
fn each_function_used_so_far_is_told_once_and_found_by_its_name() {
    assert!(CACHE_DATA.functions().is_empty() && CACHE_RESOURCE.functions().is_empty());
    shop::Users::get(1);
    shop::twice(1_u8);
    shop::twice("one");
    let (one, two) = (Session::new(), Session::new());
    assert_eq!(one.enter(|| of_session(1)) + two.enter(|| of_session(1)), 2);
    thread::scope(|scope| scope.spawn(|| assert_eq!(*of_thread(1), 1)).join().expect("nothing panics"));
    assert_eq!(*of_thread(1), 1);
    let clock = Clock::new();
    clock.enter(|| pool("db"));

    let functions = CACHE_DATA.functions();
    let names: Vec<_> = functions.iter().map(|function| short(function.name)).collect();
    assert_eq!(names, ["shop::Users::get", "shop::twice", "of_session", "of_thread"]);
    let of = |function: &FunctionInfo| (function.kind, function.scope, function.stats.misses, function.stats.entries);
    assert_eq!(
        functions.iter().map(of).collect::<Vec<_>>(),
        [
            (Kind::Data, Scope::Global, 1, 1),
            (Kind::Data, Scope::Global, 2, 2),
            (Kind::Data, Scope::Session, 2, 2),
            (Kind::Data, Scope::Thread, 2, 1),
        ]
    );
    let [users, twice, of_session, of_thread] = &functions[..] else { panic!("four were used") };
    assert_eq!((users.tags, twice.tags), (&["users", "rows"][..], &[][..]));
    assert!(functions.iter().all(|function| function.tiers == [Tier::Memory]));
    let options = users.options;
    assert_eq!((options.ttl, options.max_entries), (Some(Duration::from_secs(90)), Some(7)));
    assert_eq!((options.eviction, options.max_bytes), (Eviction::TinyLfu, None));
    assert_eq!((of_session.options.time_to_idle, of_session.options.ttl), (Some(Duration::from_secs(60)), None));
    assert!(!of_thread.options.single_flight && users.options.single_flight);
    let resources = CACHE_RESOURCE.functions();
    assert_eq!(resources.iter().map(of).collect::<Vec<_>>(), [(Kind::Resource, Scope::Global, 1, 1)]);

    // A handle without types does what the handle does.
    let found = CACHE_DATA.find(shop::TWICE.name()).expect("it was used");
    assert_eq!((found.name(), found.fingerprint()), (shop::TWICE.name(), shop::TWICE.fingerprint()));
    assert_eq!((found.len(), found.info().stats), (2, shop::TWICE.stats()));
    found.reset_stats();
    found.clear();
    assert!(found.is_empty() && shop::TWICE.is_empty());
    shop::twice(1_u8);
    assert_eq!((shop::CALLS.load(Ordering::Relaxed), shop::TWICE.stats().misses), (3, 1));
    assert!(CACHE_DATA.find(shop::NEVER_CALLED.name()).is_none());
    assert!(CACHE_DATA.find(POOL.name()).is_none() && CACHE_RESOURCE.find(POOL.name()).is_some());

    // A sweep frees what is past its end, and tells of it, though nobody calls the function.
    clock.enter(|| {
        CACHE_RESOURCE.sweep();
        assert_eq!((RELEASED.load(Ordering::Relaxed), POOL.len()), (0, 1));
        clock.advance(Duration::from_secs(11));
        CACHE_DATA.sweep();
        assert_eq!(RELEASED.load(Ordering::Relaxed), 0, "that is another family");
        CACHE_RESOURCE.sweep();
        assert_eq!(RELEASED.load(Ordering::Relaxed), 1);
        assert_eq!(POOL.stats().evicted.expired, 1);
        clock.advance(Duration::from_secs(60));
        CACHE_DATA.sweep();
        assert_eq!(OF_SESSION.stats().evicted.expired, 2, "in all sessions");
    });
    assert_eq!((shop::never_called(), CACHE_DATA.functions().len()), (1, 5));
}
