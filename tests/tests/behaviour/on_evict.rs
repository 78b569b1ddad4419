//! `on_evict` is told once of each value that leaves, and why it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{CACHE_DATA, Input, RemovalCause, Session, cache_data, cache_resource, refresh};
use cache_tests::{CallLog, end_of, panic_twice};

/// The same promises for each way in which values are kept.
macro_rules! told_of {
    ($module:ident: $ty:ty, $make:expr, $scope:literal) => {
        mod $module {
            use super::*;

            static LOG: CallLog = CallLog::new();

            fn told(value: &$ty, cause: RemovalCause) {
                LOG.ran(format!("{value} {cause:?}"));
            }

            fn is_valid(value: &$ty) -> bool {
                *value != $make(13)
            }

            #[cache_data(ttl = 10, max_entries = 2, validate = is_valid, on_evict = told, scope = $scope)]
            fn value(x: u32) -> $ty {
                $make(x)
            }

            fn use_it(x: u32) {
                let _value = value(x);
            }

            #[test]
            fn each_value_is_told_once_with_its_cause() {
                let clock = Clock::new();
                clock.enter(|| {
                    (1..=3).for_each(use_it);
                    LOG.expect(["1 Bound"]);
                    VALUE.entry(2).clear();
                    LOG.expect(["2 Cleared"]);
                    refresh(|| use_it(3));
                    LOG.expect(["3 Replaced"]);
                    VALUE.entry(3).insert($make(4));
                    LOG.expect(["3 Replaced"]);
                    clock.advance(Duration::from_secs(10));
                    use_it(3);
                    LOG.expect(["4 Expired"]);
                    clock.advance(Duration::from_secs(10));
                    use_it(5);
                    LOG.expect(["3 Expired"]);
                    use_it(13);
                    use_it(13);
                    LOG.expect(["13 Invalid"]);
                    VALUE.clear();
                    LOG.expect_sorted(["13 Cleared", "5 Cleared"]);
                    VALUE.clear();
                    LOG.expect_nothing();
                });
            }
        }
    };
}

told_of!(small_values_that_stand_in_their_entries: u32, |x: u32| x, "global");
told_of!(values_that_own_something: String, |x: u32| x.to_string(), "global");
told_of!(values_of_one_thread: std::rc::Rc<str>, |x: u32| x.to_string().into(), "thread");

static BOTH: CallLog = CallLog::new();

#[cache_resource(
    on_evict = |name, cause| BOTH.ran(format!("evict {name} {cause:?}")),
    on_release = |name| BOTH.ran(format!("release {name}")),
)]
fn resource(name: &str) -> Arc<str> {
    name.into()
}

#[test]
fn a_resource_is_told_too_and_before_it_is_released() {
    resource("a");
    RESOURCE.clear();
    BOTH.expect(["evict a Cleared", "release a"]);
}

static SESSIONS: CallLog = CallLog::new();
static ZOOM: Input<u32> = Input::new(|| 1);

#[cache_data(scope = "session", on_evict = |x, cause| SESSIONS.ran(format!("own {x} {cause:?}")))]
fn own(x: u32) -> u32 {
    x
}

#[cache_data(on_evict = |x, cause| SESSIONS.ran(format!("shared {x} {cause:?}")))]
fn shared(x: u32) -> u32 {
    own(x) + 10
}

#[test]
fn what_was_kept_for_a_session_leaves_when_that_ends() {
    let session = Session::new();
    session.enter(|| shared(1));
    drop(session);
    SESSIONS.expect(["own 1 ScopeEnded", "shared 11 ScopeEnded"]);
}

static ENDED: CallLog = CallLog::new();

#[cache_data(scope = "thread", on_evict = |x, cause| ENDED.ran(format!("{x} {cause:?}")))]
fn of_thread(x: u32) -> u32 {
    x
}

#[test]
fn what_was_kept_for_a_thread_leaves_when_that_ends() {
    thread::spawn(|| of_thread(1)).join().expect("nothing panics");
    ENDED.expect(["1 ScopeEnded"]);
}

static READS: CallLog = CallLog::new();

#[test]
fn what_the_body_does_not_lead_to_any_more_is_replaced() {
    static READS_IT: AtomicBool = AtomicBool::new(true);
    #[cache_data(on_evict = |x, cause| READS.ran(format!("{x} {cause:?}")))]
    fn zoomed() -> u32 {
        if READS_IT.load(Ordering::SeqCst) { ZOOM.get() } else { 0 }
    }
    zoomed();
    READS_IT.store(false, Ordering::SeqCst);
    refresh(zoomed);
    READS.expect(["1 Replaced"]);
}

static WEIGHTS: CallLog = CallLog::new();

#[cache_data(
    max_bytes = 10,
    weigh = |text| text.len(),
    cache_if = |text| !text.is_empty(),
    on_evict = |text, cause| WEIGHTS.ran(format!("{text} {cause:?}")),
)]
fn weighed(text: &str) -> String {
    text.to_owned()
}

#[test]
fn what_was_never_kept_does_not_leave() {
    weighed("");
    weighed("longer than ten");
    cache_runtime::bypass(|| weighed("bypassed"));
    WEIGHTS.expect_nothing();
    weighed("seven..");
    weighed("five.");
    WEIGHTS.expect(["seven.. Bound"]);
}

static STALE: CallLog = CallLog::new();
static FAILS: AtomicBool = AtomicBool::new(false);

#[cache_data(ttl = "10s", stale_if_error = "1h", on_evict = |x, cause| STALE.ran(format!("{x} {cause:?}")))]
fn upstream() -> Result<u32, String> {
    if FAILS.load(Ordering::SeqCst) { Err("down".into()) } else { Ok(1) }
}

#[test]
fn what_stands_in_for_an_error_leaves_when_something_newer_comes() {
    let clock = Clock::new();
    clock.enter(|| {
        assert_eq!(upstream(), Ok(1));
        clock.advance(Duration::from_secs(10));
        FAILS.store(true, Ordering::SeqCst);
        assert_eq!(upstream(), Ok(1));
        STALE.expect_nothing();
        FAILS.store(false, Ordering::SeqCst);
        // Past the pause that follows a failure.
        clock.advance(Duration::from_secs(5));
        assert_eq!(upstream(), Ok(1));
        STALE.expect(["1 Expired"]);
    });
}

static PANICS: CallLog = CallLog::new();

#[cache_data(name = "PANICS_CACHE", on_evict = |x, _| { PANICS.ran(x.to_string()); panic_twice(); })]
fn panics(x: u32) -> u32 {
    x
}

#[test]
fn a_panic_does_not_keep_others_from_being_told() {
    let end = end_of(|| {
        for x in 0..5 {
            panics(x);
        }
        PANICS_CACHE.clear();
    });
    assert_eq!(end, Ok(()));
    PANICS.expect_sorted(["0", "1", "2", "3", "4"]);
}

/// Looks at its own function, and clears everything, from this thread and from another.
#[cache_data(max_entries = 1, tags("looks"), on_evict = |_, _| {
    assert!(LOOKS.len() <= 1);
    thread::scope(|scope| scope.spawn(|| CACHE_DATA.clear_tag("looks")).join().expect("nothing panics"));
    looks(1);
})]
fn looks(x: u32) -> u32 {
    x
}

#[test]
fn nothing_is_locked_while_it_is_told() {
    let end = end_of(|| {
        looks(2);
        LOOKS.entry(2).clear();
        LOOKS.len()
    });
    assert_eq!(end, Ok(1));
}
