//! `retain` forgets what the closure does not want, that and nothing else.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Input, KeptEntry, Session, cache_data, cache_resource};
use cache_tests::{CallLog, end_of};

static LOG: CallLog = CallLog::new();

#[cache_data(ttl = "1m")]
fn square(x: u32) -> u32 {
    LOG.ran(format!("{x}"));
    x * x
}

#[test]
fn entries_go_by_value_age_and_what_is_left_of_their_lifetime() {
    let clock = Clock::new();
    clock.enter(|| {
        let seconds = Duration::from_secs;
        let call = |numbers: &[u32]| numbers.iter().for_each(|&x| assert_eq!(square(x), x * x));
        call(&[1, 2]);
        clock.advance(seconds(30));
        call(&[3, 4]);
        LOG.expect(["1", "2", "3", "4"]);
        let mut seen = Vec::new();
        SQUARE.retain(|entry| {
            seen.push((*entry.value(), entry.age().as_secs(), entry.expires_in()));
            *entry.value() != 4
        });
        seen.sort_unstable();
        let of = |value, age| (value, age, Some(seconds(60 - age)));
        assert_eq!(seen, [of(1, 30), of(4, 30), of(9, 0), of(16, 0)]);
        call(&[1, 2, 3, 4]);
        LOG.expect(["2"]);
        SQUARE.retain(|entry| entry.age() >= seconds(30));
        call(&[1, 2, 3, 4]);
        LOG.expect(["2", "3", "4"]);
        SQUARE.retain(|entry| entry.expires_in() > Some(seconds(40)));
        call(&[1, 2, 3, 4]);
        LOG.expect(["1"]);
        clock.advance(seconds(90));
        SQUARE.retain(|entry| panic!("{entry:?} is past its end"));
    });
}

#[test]
fn the_closure_runs_with_nothing_locked_and_what_changes_meanwhile_stays() {
    #[cache_data(max_entries = 100)]
    fn held(x: u32) -> String {
        format!("old {x}")
    }

    let end = end_of(|| {
        (0..3).for_each(|x| drop(held(x)));
        HELD.retain(|entry| {
            assert!(entry.value().starts_with("old"));
            // All that it could change, from another thread too.
            thread::scope(|scope| scope.spawn(|| HELD.entry(0).insert("new 0".to_owned())).join().expect("no panic"));
            HELD.entry(1).clear();
            assert_eq!((held(1), held(9)), ("old 1".to_owned(), "old 9".to_owned()));
            HELD.retain(|_| true);
            false
        });
        [0, 1, 2, 9].map(|x| HELD.entry(x).get())
    });
    let kept = |value: &str| Some(value.to_owned());
    assert_eq!(end, Ok([kept("new 0"), kept("old 1"), None, kept("old 9")]));
}

static RELEASED: CallLog = CallLog::new();

#[cache_resource(on_release = |v| RELEASED.ran(format!("{v}")))]
fn shared(x: u32) -> Arc<u32> {
    Arc::new(x)
}

#[test]
fn what_goes_is_released_and_hits_no_more() {
    let held = [shared(1), shared(2), shared(3)];
    // So often that each thread that looks has it at hand.
    (0..2_000).for_each(|_| assert!(Arc::ptr_eq(&shared(2), &held[1])));
    SHARED.retain(|entry| **entry.value() != 2);
    RELEASED.expect(["2"]);
    assert!(!Arc::ptr_eq(&shared(2), &held[1]));
    assert!(Arc::ptr_eq(&shared(3), &held[2]));
    SHARED.retain(|_| false);
    RELEASED.expect_sorted(["1", "2", "3"]);
    assert!(SHARED.is_empty());
}

#[test]
fn a_closure_that_panics_forgets_nothing() {
    #[cache_data]
    fn calm(x: u32) -> u32 {
        x
    }

    for x in 0..10 {
        calm(x);
    }
    let mut asked = 0;
    let refuse = move |_: &KeptEntry<'_, u32>| {
        asked += 1;
        assert!(asked < 5, "enough");
        false
    };
    assert_eq!(end_of(move || CALM.retain(refuse)), Err("enough".to_owned()));
    assert_eq!(CALM.len(), 10);
}

#[test]
fn what_only_an_error_would_bring_back_can_be_forgotten_too() {
    static IS_DOWN: AtomicU32 = AtomicU32::new(0);

    #[cache_data(ttl = "10s", stale_if_error = "1h")]
    fn fragile(x: u32) -> Result<u32, String> {
        if IS_DOWN.load(Ordering::Relaxed) == 0 { Ok(x) } else { Err("down".to_owned()) }
    }

    let clock = Clock::new();
    clock.enter(|| {
        assert_eq!((fragile(1), fragile(2)), (Ok(1), Ok(2)));
        IS_DOWN.store(1, Ordering::Relaxed);
        clock.advance(Duration::from_secs(20));
        FRAGILE.retain(|entry| {
            assert_eq!(entry.expires_in(), Some(Duration::ZERO));
            *entry.value() != 1
        });
        assert_eq!((fragile(1), fragile(2)), (Err("down".to_owned()), Ok(2)));
    });
}

#[test]
fn entries_of_all_sessions_are_seen_and_of_this_thread_only() {
    #[cache_data(scope = "session")]
    fn in_session(x: u32) -> u32 {
        x
    }

    #[cache_data(scope = "thread")]
    fn on_thread(x: u32) -> Rc<u32> {
        Rc::new(x)
    }

    let sessions = [Session::new(), Session::new()];
    for session in &sessions {
        session.enter(|| (in_session(1), in_session(2)));
    }
    IN_SESSION.retain(|entry| *entry.value() == 2);
    assert_eq!(IN_SESSION.len(), 2);
    for session in &sessions {
        session.enter(|| assert!(!IN_SESSION.entry(1).contains() && IN_SESSION.entry(2).contains()));
    }

    drop((on_thread(1), on_thread(2)));
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            drop(on_thread(1));
            ON_THREAD.retain(|_| false);
            ON_THREAD.len()
        });
        assert_eq!(other.join().expect("nothing panics"), 2);
    });
    ON_THREAD.retain(|entry| **entry.value() == 2);
    assert_eq!(ON_THREAD.len(), 1);
}

static UNIT: Input<u32> = Input::new(|| 1);

#[test]
fn values_for_several_states_of_an_input_are_several_entries() {
    #[cache_data]
    fn scaled(x: u32) -> u32 {
        x * UNIT.get()
    }

    let other = Session::new();
    other.enter(|| UNIT.set(100));
    assert_eq!((scaled(2), other.enter(|| scaled(2))), (2, 200));
    SCALED.retain(|entry| *entry.value() < 100);
    assert_eq!((SCALED.entry(2).get(), other.enter(|| SCALED.entry(2).get())), (Some(2), None));
}
