use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use cache_runtime::testing::Clock;
use cache_runtime::{
    Difference, Input, Mismatch, Outcome, Session, Surroundings, Verification, cache_data, cache_resource, emit,
    isolated, observe, refresh, trace, verify, verify_async, verify_or_panic, verify_or_panic_async,
};
use cache_tests::{CallLog, end_of};
use futures::executor::block_on;
use parking_lot::Mutex;
use serde::Serialize;

/// What is found in calls of which each is made before, too.
fn found(calls: impl Fn()) -> Verification {
    calls();
    verify(&calls).1
}

#[track_caller]
fn only(verification: &Verification) -> &Mismatch {
    match &verification.mismatches[..] {
        [only] => only,
        mismatches => panic!("not one mismatch: {mismatches:?}"),
    }
}

#[test]
fn what_is_pure_is_the_same() {
    #[cache_data]
    fn square(x: u32) -> u32 {
        x * x
    }

    #[cache_data]
    fn text(x: u32) -> Result<String, String> {
        if x > 0 { Ok(format!("{} {}", square(x), square(x + 1))) } else { Err("zero".to_owned()) }
    }

    let verification = found(|| {
        assert_eq!(text(1).as_deref(), Ok("1 4"));
        assert_eq!(text(2).as_deref(), Ok("4 9"));
        assert!(text(0).is_err());
    });
    assert_eq!(verification.mismatches, []);
    // Both texts, and each of the squares that they are made of once.
    assert_eq!((verification.compared, verification.not_comparable), (5, 0));
}

#[test]
fn a_read_of_a_static_is_found() {
    static RATE: AtomicU32 = AtomicU32::new(2);

    #[cache_data]
    fn price(net: u32) -> u32 {
        net * RATE.load(Ordering::Relaxed)
    }

    isolated(|| {
        let clock = Clock::pause();
        price(10);
        clock.advance("90s");
        RATE.store(3, Ordering::Relaxed);
        let (returned, verification) = verify(|| price(10));
        assert_eq!((returned, price(10)), (20, 20));
        let mismatch = only(&verification);
        assert_eq!((mismatch.function, mismatch.difference), (PRICE.name(), Difference::Value));
        assert_eq!((mismatch.kept.as_deref(), mismatch.now.as_deref()), (Some("20"), Some("30")));
        let message = format!(
            "`{}`: for a value that was kept 90.0s ago the body makes another value: 30, and kept is 20",
            PRICE.name()
        );
        assert_eq!((mismatch.age.as_secs(), mismatch.to_string()), (90, message));
    });
}

#[test]
fn a_read_of_a_file_is_found() {
    #[cache_data]
    fn length(path: &str) -> usize {
        fs::read_to_string(path).map_or(0, |text| text.len())
    }

    let path = env::temp_dir().join(format!("cache-tests-verify-{}", std::process::id()));
    let path = path.to_str().expect("it is text");
    fs::write(path, "four").expect("there is room");
    length(path);
    fs::write(path, "longer").expect("there is room");
    let (_, verification) = verify(|| length(path));
    fs::remove_file(path).expect("it is there");
    assert_eq!(only(&verification).now.as_deref(), Some("6"));
}

#[test]
fn a_skipped_parameter_that_matters_is_found() {
    #[cache_data]
    fn greet(_name: &str) -> String {
        format!("Hello {_name}")
    }

    greet("Ada");
    let verification = verify(|| assert_eq!(greet("Grace"), "Hello Ada")).1;
    assert_eq!(only(&verification).now.as_deref(), Some(r#""Hello Grace""#));
}

#[test]
fn a_coarse_hash_is_found() {
    #[derive(Clone, Copy)]
    struct Celsius(f64);

    impl Hash for Celsius {
        #[expect(clippy::cast_possible_truncation, reason = "that is what is wrong with it")]
        fn hash<H: Hasher>(&self, state: &mut H) {
            (self.0 as i64).hash(state);
        }
    }

    #[cache_data]
    fn fahrenheit(celsius: Celsius) -> f64 {
        celsius.0 * 1.8 + 32.0
    }

    fahrenheit(Celsius(20.0));
    let (_, verification) = verify(|| fahrenheit(Celsius(20.5)));
    assert_eq!(only(&verification).kept.as_deref(), Some("68.0"));
}

#[test]
fn a_value_that_was_changed_by_who_got_a_clone_is_found() {
    #[cache_data]
    fn list(x: u32) -> Shared {
        Shared(Arc::new(Mutex::new(vec![x])))
    }

    #[derive(Clone)]
    struct Shared(Arc<Mutex<Vec<u32>>>);

    impl PartialEq for Shared {
        fn eq(&self, other: &Self) -> bool {
            Arc::ptr_eq(&self.0, &other.0) || *self.0.lock() == *other.0.lock()
        }
    }

    assert_eq!(found(|| drop(list(1))).mismatches, []);
    list(1).0.lock().push(2);
    let (_, verification) = verify(|| list(1));
    let mismatch = only(&verification);
    assert_eq!((mismatch.difference, mismatch.kept.as_ref()), (Difference::Value, None));
    assert_eq!(mismatch.to_string().split_once(" ago ").expect("it says when").1, "the body makes another value");
}

#[test]
fn a_body_that_fails_now_is_found() {
    static FAILS: AtomicBool = AtomicBool::new(false);

    #[cache_data]
    fn may_fail() -> Result<u32, String> {
        if FAILS.load(Ordering::Relaxed) { Err("no".to_owned()) } else { Ok(1) }
    }

    may_fail().expect("it works");
    FAILS.store(true, Ordering::Relaxed);
    let (returned, verification) = verify(may_fail);
    assert_eq!((returned, only(&verification).difference), (Ok(1), Difference::NotKept));
}

#[test]
fn values_are_compared_by_what_their_type_offers() {
    static TICKS: AtomicU32 = AtomicU32::new(0);

    fn tick() -> u32 {
        TICKS.fetch_add(1, Ordering::Relaxed)
    }

    #[derive(Clone, Serialize)]
    struct ToSerialize(u32);
    #[derive(Clone, Hash)]
    struct ToHash(u32);
    #[derive(Clone, Debug)]
    struct ToDebug(#[expect(dead_code, reason = "shown")] u32);
    #[derive(Clone)]
    struct ToNothing(#[expect(dead_code, reason = "nobody can look")] u32);

    #[cache_data]
    fn by_eq(ticks: bool) -> BTreeMap<u32, u32> {
        BTreeMap::from([(1, if ticks { tick() } else { 7 })])
    }

    #[cache_data]
    fn by_serialize(ticks: bool) -> ToSerialize {
        ToSerialize(if ticks { tick() } else { 7 })
    }

    #[cache_data]
    fn by_hash(ticks: bool) -> Result<ToHash, String> {
        Ok(ToHash(if ticks { tick() } else { 7 }))
    }

    #[cache_data]
    fn by_debug(ticks: bool) -> Option<ToDebug> {
        Some(ToDebug(if ticks { tick() } else { 7 }))
    }

    #[cache_data]
    fn by_nothing(ticks: bool) -> ToNothing {
        ToNothing(if ticks { tick() } else { 7 })
    }

    #[cache_data]
    fn generic<T: Clone + Hash + PartialEq + Send + Sync + 'static>(x: T, ticks: bool) -> (T, u32) {
        (x, if ticks { tick() } else { 7 })
    }

    #[cache_data(scope = "thread")]
    fn on_thread(ticks: bool) -> Rc<Cell<u32>> {
        Rc::new(Cell::new(if ticks { tick() } else { 7 }))
    }

    let calls = |ticks| {
        by_eq(ticks);
        by_serialize(ticks);
        drop(by_hash(ticks));
        by_debug(ticks);
        generic("text", ticks);
        on_thread(ticks);
        by_nothing(ticks);
    };
    let verification = found(|| calls(false));
    assert_eq!((verification.compared, verification.not_comparable, verification.mismatches.len()), (6, 1, 0));
    let verification = found(|| calls(true));
    let names: Vec<_> = verification.mismatches.iter().map(|mismatch| mismatch.function).collect();
    let handles =
        [BY_EQ.name(), BY_SERIALIZE.name(), BY_HASH.name(), BY_DEBUG.name(), GENERIC.name(), ON_THREAD.name()];
    assert_eq!(names, handles);
    let shown: Vec<_> = verification.mismatches.iter().map(|mismatch| mismatch.kept.is_some()).collect();
    assert_eq!(shown, [true, false, false, true, false, true]);
    assert_eq!(verification.not_comparable, 1);
}

#[test]
fn what_is_not_the_same_as_itself_is_compared_by_its_text() {
    #[derive(Clone, PartialEq)]
    struct Hidden(f64);

    #[cache_data]
    fn root(x: f64) -> f64 {
        x.sqrt()
    }

    #[cache_data]
    fn hidden_root(x: f64) -> Hidden {
        Hidden(x.sqrt())
    }

    let verification = found(|| {
        assert!(root(-1.0).is_nan());
        hidden_root(-1.0);
        hidden_root(4.0);
    });
    assert_eq!((verification.compared, verification.not_comparable, verification.mismatches.len()), (2, 1, 0));
}

#[test]
fn resources_are_left_alone() {
    static LOG: CallLog = CallLog::new();

    #[cache_resource]
    fn pool() -> Arc<u32> {
        LOG.ran("pool");
        Arc::new(1)
    }

    let verification = found(|| drop(pool()));
    LOG.expect(["pool"]);
    assert_eq!((verification.compared, verification.not_comparable), (0, 1));
}

#[test]
fn inside_the_bodies_each_entry_is_verified_once_however_often_it_is_asked_for() {
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn fib(n: u64) -> u64 {
        LOG.ran(format!("fib({n})"));
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    }

    let all = || (0..=20).map(|n| format!("fib({n})"));
    let sorted = |made: Vec<String>| {
        let mut made = made;
        made.sort();
        made
    };
    fib(20);
    LOG.expect_sorted(sorted(all().collect()));
    let (_, verification) = verify(|| fib(20) + fib(20));
    LOG.expect_sorted(sorted(all().chain(["fib(20)".to_owned()]).collect()));
    assert_eq!((verification.compared, verification.len()), (22, 0));
}

#[test]
fn every_hit_is_compared_also_of_an_entry_that_was_compared_before() {
    static RATE: AtomicU32 = AtomicU32::new(2);

    #[cache_data]
    fn price(net: u32) -> u32 {
        net * RATE.load(Ordering::SeqCst)
    }

    price(10);
    let (_, verification) = verify(|| {
        price(10);
        RATE.store(3, Ordering::SeqCst);
        price(10)
    });
    assert_eq!((verification.compared, verification.len()), (2, 1));
    assert_eq!(only(&verification).now.as_deref(), Some("30"));
}

#[test]
fn a_cache_that_was_filled_from_below_is_verified_as_deep_as_the_stack_goes() {
    #[cache_data]
    fn depth(n: u32) -> u32 {
        if n == 0 { 0 } else { depth(n - 1) + 1 }
    }

    let fill = || (0..2_000).for_each(|n| assert_eq!(depth(n), n));
    fill();
    let (_, verification) = verify(|| depth(1_999));
    assert_eq!((verification.compared, verification.len()), (32, 0));
}

#[test]
fn what_is_shown_in_any_order_is_the_same_or_nobody_can_tell() {
    #[derive(Clone, Debug)]
    struct Words(#[expect(dead_code, reason = "it is shown")] HashSet<u32>);

    #[cache_data]
    fn words() -> Words {
        Words((0..50).collect())
    }

    #[cache_data]
    fn unequal_to_itself() -> HashMap<u32, f64> {
        (0..50).map(|x| (x, f64::NAN)).collect()
    }

    let verification = found(|| drop((words(), unequal_to_itself())));
    assert_eq!(verification.mismatches, []);
    assert_eq!(verification.compared + verification.not_comparable, 2);
}

#[test]
fn what_a_body_does_while_it_is_verified_is_seen_by_nobody() {
    static ZOOM: Input<u32> = Input::new(|| 1);

    #[cache_data]
    fn inner(x: u32) -> u32 {
        emit("inner");
        x * ZOOM.get()
    }

    #[cache_data]
    fn outer(x: u32) -> u32 {
        emit("before");
        let mut seen = 0;
        // Its own observer is a part of what it does.
        let inner = observe(|_: &&str| seen += 1, || inner(x));
        emit("after");
        inner + seen
    }

    #[cache_data]
    fn around() -> u32 {
        outer(1)
    }

    let seen_in = |f: &dyn Fn()| {
        let mut seen = Vec::new();
        observe(|event: &&str| seen.push(*event), f);
        seen
    };
    let all = ["before", "inner", "after"];
    assert_eq!(seen_in(&|| assert_eq!(outer(1), 2)), all);
    let seen = seen_in(&|| {
        let ((), calls) = trace(|| {
            let verification = verify(|| assert_eq!((outer(1), around()), (2, 2))).1;
            assert_eq!((verification.mismatches.len(), verification.compared), (0, 3));
        });
        assert_eq!(calls.iter().map(|call| call.outcome).filter(|outcome| *outcome == Outcome::Hit).count(), 2);
    });
    assert_eq!(seen, [all, all].concat());
    // What the body around it read and raised is what was kept, once.
    assert_eq!(seen_in(&|| drop(around().to_string())), all);
    assert_eq!((OUTER.len(), INNER.len(), AROUND.stats().misses), (1, 1, 1));
}

#[test]
fn other_inputs_and_other_events_are_found() {
    static ZOOM: Input<u32> = Input::new(|| 1);
    static SIZE: Input<u32> = Input::new(|| 1);
    static READS_SIZE: AtomicBool = AtomicBool::new(false);
    static NOTE: AtomicU32 = AtomicU32::new(0);

    #[cache_data]
    fn reads() -> u32 {
        if READS_SIZE.load(Ordering::Relaxed) { ZOOM.get() + SIZE.get() - 1 } else { ZOOM.get() }
    }

    #[cache_data]
    fn raises() -> u32 {
        match NOTE.load(Ordering::Relaxed) {
            0 => {
                emit("a text");
                emit(1_u32);
            }
            1 => {
                emit(1_u32);
                emit("a text");
            }
            _ => emit("a text"),
        }
        1
    }

    let differences = || {
        let verification = found(|| {
            reads();
            raises();
        });
        verification.mismatches.iter().map(|mismatch| mismatch.difference).collect::<Vec<_>>()
    };
    assert_eq!(differences(), []);
    READS_SIZE.store(true, Ordering::Relaxed);
    NOTE.store(1, Ordering::Relaxed);
    assert_eq!(differences(), [Difference::Inputs, Difference::Events]);
    NOTE.store(2, Ordering::Relaxed);
    READS_SIZE.store(false, Ordering::Relaxed);
    assert_eq!(differences(), [Difference::Events]);
    ZOOM.set(2);
    assert_eq!(differences(), [Difference::Events]);
}

#[test]
fn sessions_isolations_and_carried_calls_are_verified() {
    static RATE: AtomicU32 = AtomicU32::new(1);
    static ZOOM: Input<u32> = Input::new(|| 1);

    #[cache_data(scope = "session")]
    fn of_session() -> u32 {
        ZOOM.get()
    }

    #[cache_data]
    fn global() -> u32 {
        RATE.load(Ordering::Relaxed)
    }

    let session = Session::new();
    session.enter(|| ZOOM.set(5));
    let verification = isolated(|| {
        session.enter(of_session);
        global();
        RATE.store(2, Ordering::Relaxed);
        let elsewhere = || {
            let here = Surroundings::current();
            thread::scope(|scope| scope.spawn(|| here.enter(global)).join().expect("nothing panics"))
        };
        verify(|| {
            assert_eq!((session.enter(of_session), elsewhere()), (1, 1));
        })
        .1
    });
    assert_eq!((verification.compared, only(&verification).function), (2, GLOBAL.name()));
}

#[test]
fn misses_and_refreshes_have_nothing_to_compare() {
    #[cache_data]
    fn plain() -> u32 {
        1
    }

    let (_, verification) = verify(|| (plain(), refresh(plain)));
    assert_eq!(verification, Verification::default());
    assert_eq!((PLAIN.stats().misses, PLAIN.stats().hits), (2, 0));
}

#[test]
fn async_functions_are_verified_wherever_they_are_polled() {
    static RATE: AtomicU32 = AtomicU32::new(1);

    #[cache_data]
    async fn plain(x: u32) -> u32 {
        tokio::task::yield_now().await;
        x * RATE.load(Ordering::Relaxed)
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("it starts");
    runtime.block_on(async {
        plain(1).await;
        verify_or_panic_async(plain(1)).await;
        RATE.store(2, Ordering::Relaxed);
        let task = tokio::spawn(verify_async(async { plain(1).await + plain(1).await }));
        let (sum, verification) = task.await.expect("nothing panics");
        assert_eq!((sum, verification.len()), (2, 2));
        assert!(verification.into_iter().all(|mismatch| mismatch.now.as_deref() == Some("2")));
    });
}

#[test]
fn for_a_test_what_is_not_the_same_is_a_panic_that_lists_it() {
    static RATE: AtomicU32 = AtomicU32::new(1);

    #[cache_data]
    fn first() -> u32 {
        RATE.load(Ordering::Relaxed)
    }

    #[cache_data]
    async fn second() -> u32 {
        RATE.load(Ordering::Relaxed)
    }

    assert_eq!(verify_or_panic(|| (first(), first())), (1, 1));
    block_on(second());
    RATE.store(2, Ordering::Relaxed);
    let message = end_of(|| verify_or_panic(|| first() + block_on(second()))).expect_err("both are wrong");
    let lines: Vec<_> = message.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "what is kept is not what bodies make:"));
    assert!(lines[1].starts_with(&format!("  `{}`: ", FIRST.name())) && lines[2].contains(SECOND.name()), "{lines:?}");
    assert!(end_of(|| block_on(verify_or_panic_async(second()))).is_err());
}

#[test]
fn a_body_that_panics_while_it_is_verified_panics() {
    static IS_BROKEN: AtomicBool = AtomicBool::new(false);

    #[cache_data]
    fn panics() -> u32 {
        assert!(!IS_BROKEN.load(Ordering::Relaxed), "it panics now");
        1
    }

    panics();
    IS_BROKEN.store(true, Ordering::Relaxed);
    assert_eq!(end_of(|| verify(panics).0), Err("it panics now".to_owned()));
    assert_eq!(panics(), 1);
}
