//! `set_max_entries` and `set_ttl` hold at once, for what is kept and for what will be, wherever it is kept.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{CACHE_DATA, Session, cache_data, cache_resource};
use cache_tests::{CallLog, end_of};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Calls that must be hits, and tell so.
macro_rules! hits {
    ($function:ident $handle:ident $($x:literal)*) => {{
        let before = $handle.stats();
        $($function($x);)*
        assert_eq!($handle.stats().misses, before.misses);
    }};
}

#[test]
fn a_lowered_bound_lets_the_least_recently_used_go_at_once() {
    static RELEASED: CallLog = CallLog::new();

    #[cache_resource(max_entries = 10, eviction = "lru", on_release = |v| RELEASED.ran(format!("{v}")))]
    fn bounded(x: u32) -> Arc<u32> {
        Arc::new(x)
    }

    for x in 0..6 {
        bounded(x);
    }
    hits!(bounded BOUNDED 0 4);
    BOUNDED.set_max_entries(3);
    RELEASED.expect(["1", "2", "3"]);
    hits!(bounded BOUNDED 5 0 4);
    bounded(9);
    RELEASED.expect(["5"]);
    BOUNDED.set_max_entries(5);
    for x in 10..13 {
        bounded(x);
    }
    RELEASED.expect(["0"]);
    assert_eq!((BOUNDED.len(), BOUNDED.stats().evictions), (5, 5));
}

#[test]
fn a_lowered_bound_lets_what_was_not_used_go_at_once() {
    static RELEASED: CallLog = CallLog::new();

    #[cache_resource(max_entries = 100, on_release = |v| RELEASED.ran(format!("{v}")))]
    fn used_or_not(x: u32) -> Arc<u32> {
        Arc::new(x)
    }

    for x in 0..6 {
        used_or_not(x);
    }
    hits!(used_or_not USED_OR_NOT 0 4);
    USED_OR_NOT.set_max_entries(3);
    RELEASED.expect(["1", "2", "3"]);
    used_or_not(9);
    RELEASED.expect(["5"]);
    USED_OR_NOT.set_max_entries(5);
    for x in 10..13 {
        used_or_not(x);
    }
    RELEASED.expect(["9"]);
    hits!(used_or_not USED_OR_NOT 0 4 10 11 12);
}

/// A function without a bound, of which so many entries are kept before it gets one.
macro_rules! gets_a_bound {
    ($function:ident $handle:ident $count:literal) => {{
        #[cache_data]
        fn $function(x: u32) -> u32 {
            x
        }

        for x in 0..$count {
            $function(x);
        }
        // So often that the thread has them at hand.
        (0..5_000).for_each(|_| assert_eq!($function(0) + $function(1), 1));
        $handle.set_max_entries($count - 1);
        assert!(!$handle.entry(0).contains(), "what came first goes, for uses were not noted");
        hits!($function $handle 1 1 1);
        $function(1_000);
        assert!($handle.entry(1).contains() && !$handle.entry(2).contains());
        assert_eq!($handle.len(), $count - 1);
    }};
}

#[test]
fn a_function_without_a_bound_gets_one_and_its_uses_count_from_then_on() {
    gets_a_bound!(with_few WITH_FEW 6);
    gets_a_bound!(with_many WITH_MANY 300);
}

#[test]
fn other_bounds_and_ways_to_choose_go_on() {
    #[cache_data(max_bytes = 10, weigh = |v| *v)]
    fn heavy(x: usize) -> usize {
        x
    }

    #[cache_data(max_entries = 100, eviction = "tiny_lfu")]
    fn favoured(x: u32) -> u32 {
        x
    }

    for x in [3, 4, 2] {
        heavy(x);
    }
    HEAVY.set_max_entries(2);
    assert_eq!((HEAVY.len(), HEAVY.entry(3).get()), (2, None));
    heavy(9);
    assert_eq!((HEAVY.len(), HEAVY.entry(9).get()), (1, Some(9)), "the weights of all that stays are known");

    for x in 0..100 {
        favoured(x);
    }
    FAVOURED.set_max_entries(10);
    assert_eq!(FAVOURED.len(), 10);
    for x in 0..500 {
        favoured(x);
    }
    assert_eq!(FAVOURED.len(), 10);
}

#[test]
fn a_shorter_lifetime_holds_at_once_for_all_and_a_longer_one_for_what_comes() {
    #[cache_data(ttl = "1h", time_to_idle = "50s")]
    fn lives(x: u32) -> u32 {
        x
    }

    #[cache_data]
    fn lives_for_ever(x: u32) -> u32 {
        x
    }

    let clock = Clock::new();
    clock.enter(|| {
        lives(1);
        // So often that the thread has it at hand, without looking at a clock.
        (0..100).for_each(|_| assert_eq!(lives_for_ever(1), 1));
        clock.advance(seconds(20));
        lives(2);
        lives_for_ever(2);
        LIVES.set_ttl(seconds(30));
        LIVES_FOR_EVER.set_ttl(seconds(30));
        assert_eq!(LIVES.entry(1).expires_in(), Some(seconds(10)));
        assert_eq!(LIVES_FOR_EVER.entry(2).expires_in(), Some(seconds(30)));
        hits!(lives LIVES 1 2);
        hits!(lives_for_ever LIVES_FOR_EVER 1 2);
        clock.advance(seconds(15));
        assert_eq!((LIVES.len(), LIVES_FOR_EVER.len()), (1, 1));
        assert_eq!((lives(1), LIVES.stats().misses, LIVES.stats().evicted.expired), (1, 3, 1));
        assert_eq!((lives_for_ever(1), LIVES_FOR_EVER.stats().misses), (1, 3));
        LIVES.set_ttl(seconds(5));
        assert_eq!(LIVES.len(), 1, "what is past it by now is gone");
        LIVES.set_ttl(seconds(1_000));
        LIVES_FOR_EVER.set_ttl(seconds(1_000));
        assert_eq!(LIVES_FOR_EVER.entry(1).expires_in(), Some(seconds(30)), "as it was given when it was stored");
        lives_for_ever(3);
        assert_eq!(LIVES_FOR_EVER.entry(3).expires_in(), Some(seconds(1_000)));
        assert_eq!(LIVES.entry(1).expires_in(), Some(seconds(30)));
    });
}

#[test]
fn sessions_and_threads_that_are_and_will_be_go_by_it() {
    #[cache_data(scope = "session", max_entries = 9)]
    fn in_session(x: u32) -> u32 {
        x
    }

    #[cache_data(scope = "thread")]
    fn on_thread(x: u32) -> u32 {
        x
    }

    let fill = |session: &Session| session.enter(|| (0..9).for_each(|x| assert_eq!(in_session(x), x)));
    let sessions = [Session::new(), Session::new()];
    sessions.iter().for_each(fill);
    assert_eq!(IN_SESSION.len(), 18);
    IN_SESSION.set_max_entries(2);
    IN_SESSION.set_ttl(seconds(60));
    assert_eq!(IN_SESSION.len(), 4);
    let later = Session::new();
    fill(&later);
    sessions.iter().for_each(fill);
    assert_eq!(IN_SESSION.len(), 6);
    later.enter(|| assert!(IN_SESSION.entry(8).expires_in() <= Some(seconds(60))));

    // Before it was called, too.
    ON_THREAD.set_max_entries(3);
    let fill = || (0..9).for_each(|x| assert_eq!(on_thread(x), x));
    fill();
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            fill();
            ON_THREAD.len()
        });
        assert_eq!(other.join().expect("nothing panics"), 6);
    });
}

#[test]
fn what_no_option_can_be_is_refused_and_changes_nothing() {
    #[cache_data(ttl = "1m", refresh_after = "10s", max_entries = 5)]
    fn strict(x: u32) -> u32 {
        x
    }

    let name = "behaviour::limits_are_set_at_run_time::strict";
    let zero = |option: &str| Err(format!("`{option}` of `{name}` is not more than zero"));
    assert_eq!(end_of(|| STRICT.set_max_entries(0)), zero("max_entries"));
    assert_eq!(end_of(|| STRICT.set_ttl(Duration::ZERO)), zero("ttl"));
    let message = format!("`refresh_after` of `{name}` (10s) is not shorter than its `ttl` (10s)");
    assert_eq!(end_of(|| STRICT.set_ttl(seconds(10))), Err(message));
    let function = CACHE_DATA.find(STRICT.name()).expect("it counts as used");
    let options = || (function.info().options.ttl, function.info().options.max_entries);
    assert_eq!(options(), (Some(seconds(60)), Some(5)));
    function.set_ttl(Duration::MAX);
    function.set_max_entries(usize::MAX);
    assert!(options().0 > Some(seconds(1 << 33)));
    assert_eq!((strict(1), STRICT.len()), (1, 1));
    STRICT.set_ttl(seconds(11));
    STRICT.set_max_entries(1);
    assert_eq!(options(), (Some(seconds(11)), Some(1)));
}

/// Calls the function whose value it is when it is dropped, from another thread too.
#[derive(Clone)]
struct Calls;

impl Drop for Calls {
    fn drop(&mut self) {
        assert!(DROPS.len() <= 9);
        thread::scope(|scope| scope.spawn(|| DROPS.entry(100).clear()).join().expect("nothing panics"));
    }
}

#[cache_data]
fn drops(x: u32) -> Calls {
    assert!(x < 100);
    Calls
}

#[test]
fn what_leaves_is_let_go_with_nothing_locked() {
    let end = end_of(|| {
        (0..9).for_each(|x| drop(drops(x)));
        DROPS.set_max_entries(2);
        DROPS.len()
    });
    assert_eq!(end, Ok(2));
}

#[test]
fn while_bounds_are_set_calls_go_on_and_the_last_bound_holds() {
    #[cache_data]
    fn busy(x: u32) -> u32 {
        x
    }

    let end = end_of(|| {
        thread::scope(|scope| {
            for start in 0..3 {
                scope.spawn(move || (0..20_000).for_each(|x| assert_eq!(busy(start + x % 200), start + x % 200)));
            }
            for round in 0..200 {
                BUSY.set_max_entries(1 + round % 90);
                BUSY.set_ttl(seconds(100));
            }
        });
        BUSY.set_max_entries(7);
        BUSY.len()
    });
    assert_eq!(end, Ok(7));
}
