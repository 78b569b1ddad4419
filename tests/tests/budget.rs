//! One bound for all functions of a family: what was used longest ago goes first, whichever function it belongs to.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use cache_runtime::{ByteSize, CACHE_DATA, CACHE_RESOURCE, Session, cache_data, cache_resource};
use cache_tests::{CallLog, end_of};

/// The bound is one for the whole process: tests of it come one after the other.
struct Bound(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

impl Bound {
    fn of(size: impl ByteSize) -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        CACHE_DATA.clear();
        CACHE_DATA.max_bytes(size);
        Self(one)
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        CACHE_DATA.clear();
        CACHE_DATA.max_bytes(u64::MAX);
    }
}

/// Those that ran of the functions below. Asked for its statistics, a function would hear of its uses.
static BODIES: AtomicU32 = AtomicU32::new(0);

#[cache_data(weigh = |_| 1, eviction = "lru")]
fn one(x: u32) -> u32 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    x
}

#[cache_data(weigh = |_| 1, max_entries = 4, eviction = "lru")]
fn two(x: u32) -> u32 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    x
}

#[cache_data(max_bytes = 1_000_000, weigh = |_| 1, eviction = "lru")]
fn three(x: u32) -> u32 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    x
}

const FUNCTIONS: [fn(u32) -> u32; 3] = [one, two, three];

fn call_each(function: fn(u32) -> u32, arguments: Range<u32>) {
    for x in arguments {
        function(x);
    }
}

fn entries() -> usize {
    ONE.len() + TWO.len() + THREE.len()
}

#[test]
fn what_was_used_longest_ago_over_all_functions_goes_first() {
    let _bound = Bound::of(4);
    one(1);
    two(1);
    three(1);
    one(2);
    one(1);
    three(2);
    assert!(!TWO.entry(1).contains());
    one(3);
    assert!(!THREE.entry(1).contains());
    two(2);
    assert!(!ONE.entry(2).contains());
    assert!(ONE.entry(1).contains() && ONE.entry(3).contains());
    assert!(TWO.entry(2).contains() && THREE.entry(2).contains());
}

#[test]
fn the_order_over_all_is_exact_while_functions_hold_few_entries() {
    const BOUND: usize = 4;
    let _bound = Bound::of(BOUND);
    let mut order: VecDeque<(usize, u32)> = VecDeque::new();
    let mut random = 1_u64;
    let mut below = |bound: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from((random >> 8) % bound).expect("it is small")
    };
    for step in 0..20_000 {
        let function = below(3);
        // The second has one entry, or none.
        let argument = u32::try_from(below(if function == 1 { 1 } else { 3 })).expect("it is small");
        let call = FUNCTIONS[function];
        // Rows of hits are not noted one by one.
        for _ in 0..=below(2) {
            let before = BODIES.load(Ordering::Relaxed);
            call(argument);
            let is_kept = order.contains(&(function, argument));
            assert_eq!(
                BODIES.load(Ordering::Relaxed) == before,
                is_kept,
                "step {step}: function {function} of {argument}, kept: {order:?}"
            );
            order.retain(|entry| *entry != (function, argument));
            order.push_back((function, argument));
            if order.len() > BOUND {
                order.pop_front();
            }
        }
    }
    assert_eq!(entries(), BOUND);
}

#[test]
fn what_is_used_all_the_time_stays_whatever_many_entries_another_function_makes() {
    #[cache_data(weigh)]
    fn row(x: u64) -> u64 {
        x
    }

    #[cache_data(weigh)]
    fn settings() -> u64 {
        1
    }

    let _bound = Bound::of(8 * 1_000);
    for x in 0..20_000 {
        settings();
        settings();
        row(x);
        row(x % 10);
    }
    assert_eq!(SETTINGS.stats().misses, 1);
    assert_eq!(ROW.len(), 999);
    assert!((0..10).all(|x| ROW.entry(x).contains()));
    assert_eq!(ROW.stats().misses, 20_000);
}

#[test]
fn what_has_no_weight_is_left_alone() {
    #[cache_data]
    fn free(x: u64) -> u64 {
        x
    }

    #[cache_data(max_entries = 10)]
    fn bounded(x: u64) -> u64 {
        x
    }

    let _bound = Bound::of(2);
    for x in 0..20 {
        free(x);
        bounded(x);
        one(1);
    }
    assert_eq!((FREE.len(), BOUNDED.len(), ONE.len()), (20, 10, 1));
}

#[test]
fn a_bound_that_is_set_later_holds_at_once() {
    let _bound = Bound::of("1kB");
    for x in 0..20 {
        one(x);
        three(x);
    }
    one(0);
    CACHE_DATA.max_bytes(3);
    assert_eq!(entries(), 3);
    assert!(ONE.entry(0).contains() && ONE.entry(19).contains() && THREE.entry(19).contains());
    CACHE_DATA.max_bytes(u64::MAX);
    call_each(one, 0..20);
    assert_eq!(ONE.len(), 20);
}

#[test]
fn what_alone_is_too_heavy_is_not_kept_and_evicts_nobody() {
    #[cache_data(weigh)]
    fn text(len: usize) -> String {
        "x".repeat(len)
    }

    let _bound = Bound::of("100B");
    text(1);
    text(100);
    assert_eq!((TEXT.len(), TEXT.stats().too_heavy, TEXT.stats().evictions), (1, 1, 0));
    assert!(TEXT.entry(1).contains());
}

#[test]
fn what_weighs_nothing_does_not_stand_in_the_way_of_what_is_too_much() {
    #[cache_data(weigh)]
    fn nothing(_x: u32) {}

    #[cache_data(weigh = |x| *x)]
    fn own(x: usize) -> usize {
        x
    }

    let end = end_of(|| {
        let _bound = Bound::of(10);
        nothing(1);
        own(0);
        call_each(one, 0..20);
        own(6);
        own(5);
        assert_eq!((NOTHING.len(), ONE.len(), OWN.entry(6).get(), OWN.entry(5).get()), (1, 0, None, Some(5)));
    });
    assert_eq!(end, Ok(()));
}

#[test]
fn weights_beyond_counting_do_not_lift_the_bound() {
    #[cache_data(weigh = |_| usize::MAX)]
    fn more(x: u32) -> u32 {
        x
    }

    #[cache_data(weigh = |_| usize::MAX)]
    fn still_more(x: u32) -> u32 {
        x
    }

    let _bound = Bound::of(u64::MAX);
    more(1);
    still_more(1);
    one(1);
    CACHE_DATA.max_bytes(1_000);
    assert_eq!((MORE.len(), STILL_MORE.len(), ONE.len()), (0, 0, 1));
    call_each(one, 0..2_000);
    assert_eq!(ONE.len(), 1_000);
}

#[test]
fn what_is_cleared_replaced_or_leaves_with_its_session_makes_room() {
    #[cache_data(weigh = |_| 1, scope = "session")]
    fn of_session(x: u32) -> u32 {
        x
    }

    let _bound = Bound::of(10);
    let session = Session::new();
    session.enter(|| call_each(of_session, 0..6));
    call_each(one, 0..4);
    drop(session);
    call_each(two, 0..4);
    call_each(two, 0..2);
    ONE.entry(0).clear();
    ONE.entry(1).insert(1);
    two(0);
    call_each(one, 4..7);
    assert_eq!((ONE.len(), TWO.len()), (6, 4));
    THREE.entry(1).insert(1);
    assert_eq!((ONE.len(), TWO.len(), THREE.len()), (5, 4, 1));
    ONE.clear();
    call_each(three, 0..5);
    assert_eq!((TWO.len(), THREE.len()), (4, 5));
}

#[test]
fn under_threads_the_bound_holds_and_no_more_leaves_than_has_to() {
    const BOUND: usize = 100;
    let _bound = Bound::of(BOUND);
    thread::scope(|scope| {
        for thread in 0..4_u32 {
            scope.spawn(move || {
                for x in 0..5_000_u32 {
                    let call = FUNCTIONS[(thread + x) as usize % 3];
                    assert_eq!(call(x % 151), x % 151);
                }
            });
        }
        scope.spawn(|| (0..50).for_each(|_| CACHE_DATA.clear()));
    });
    call_each(one, 0..200);
    assert_eq!(entries(), BOUND);
}

#[test]
fn what_leaves_another_function_is_released_with_nothing_locked() {
    static LOG: CallLog = CallLog::new();

    /// Uses the functions whose bound it left, from another thread.
    fn released(value: &Arc<u32>) {
        LOG.ran(format!("released {value}"));
        let look = || assert_eq!((FIRST.len(), second(2), SECOND.entry(1).get()), (0, 2, Some(1)));
        thread::scope(|scope| scope.spawn(look).join().expect("nothing panics"));
    }

    #[cache_resource(weigh = |_| 1, on_release = released)]
    fn first(x: u32) -> Arc<u32> {
        Arc::new(x)
    }

    #[cache_resource(max_bytes = 2, weigh = |_| 1, cheap_clone)]
    fn second(x: u32) -> u32 {
        x
    }

    let end = end_of(|| {
        CACHE_RESOURCE.max_bytes(2);
        first(1);
        second(1);
        second(2);
        CACHE_RESOURCE.max_bytes(u64::MAX);
    });
    assert_eq!(end, Ok(()));
    LOG.expect(["released 1"]);
}

#[test]
fn what_leaves_for_the_bound_while_others_are_cleared_may_clear_too() {
    #[cache_data(weigh = |_| 1, on_evict = |_, _| CACHE_DATA.clear_tag("nobody's"))]
    fn many(x: u32) -> u32 {
        x
    }

    #[cache_data(tags("cleared all the time"), weigh = |_| 1)]
    fn cleared(x: u32) -> u32 {
        x
    }

    let end = end_of(|| {
        let _bound = Bound::of(10);
        let left = AtomicU32::new(8);
        thread::scope(|scope| {
            for thread in 0..8_u32 {
                let left = &left;
                scope.spawn(move || {
                    call_each(many, thread * 2_000..(thread + 1) * 2_000);
                    left.fetch_sub(1, Ordering::Relaxed);
                });
            }
            while left.load(Ordering::Relaxed) > 0 {
                cleared(1);
                CACHE_DATA.clear_tag("cleared all the time");
            }
        });
        MANY.len()
    });
    assert!(end.expect("nothing panics") <= 10);
}

#[test]
fn what_is_no_size_is_refused_with_what_is_wrong() {
    for (size, complaint) in [
        ("", "the text is empty"),
        ("64", "`64` has no unit"),
        ("64 mib", "`mib` is no unit: a size looks like"),
        ("-1B", "`-1B` is negative"),
        ("0kB", "a bound of zero would keep nothing"),
        ("99999999TiB", "`99999999TiB` is more than 16 EiB"),
    ] {
        let panic = catch_unwind(AssertUnwindSafe(|| CACHE_DATA.max_bytes(size))).expect_err(size);
        let message =
            panic.downcast::<String>().map_or_else(|_| "a bound of zero would keep nothing".into(), |text| *text);
        assert!(message.contains(complaint), "{size}: {message}");
    }
    for number in [-1, 0] {
        assert!(catch_unwind(AssertUnwindSafe(|| CACHE_DATA.max_bytes(number))).is_err());
    }
    assert_eq!("1.5 GB".size_in_bytes(), Ok(1_500_000_000));
}
