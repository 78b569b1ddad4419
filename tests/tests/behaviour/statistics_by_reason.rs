//! Statistics say why entries left and what became of refreshes, and can begin anew.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Session, Stats, cache_data, refresh};
use cache_tests::end_of;

/// How many left: at a bound, past their end, cleared, invalid, replaced.
fn evicted(stats: Stats) -> [u64; 5] {
    assert_eq!(stats.evictions, stats.evicted.bound);
    let by = stats.evicted;
    [by.bound, by.expired, by.cleared, by.invalid, by.replaced]
}

/// How many were done, failed and skipped.
fn refreshes(stats: Stats) -> [u64; 3] {
    let refreshes = stats.refreshes;
    [refreshes.done, refreshes.failed, refreshes.skipped]
}

#[test]
fn every_entry_that_left_is_counted_once_by_its_reason() {
    static LIMIT: AtomicU32 = AtomicU32::new(1_000);

    #[cache_data(max_entries = 3, ttl = "10s", validate = |v| *v < LIMIT.load(Ordering::Relaxed))]
    fn number(x: u32) -> u32 {
        x
    }

    let clock = Clock::new();
    clock.enter(|| {
        let call = |numbers: &[u32]| numbers.iter().for_each(|&x| assert_eq!(number(x), x));
        call(&[1, 2, 3, 4, 5]);
        assert_eq!(evicted(NUMBER.stats()), [2, 0, 0, 0, 0]);
        NUMBER.entry(3).insert(3);
        refresh(|| call(&[4]));
        assert_eq!(evicted(NUMBER.stats()), [2, 0, 0, 0, 2]);
        NUMBER.entry(3).clear();
        assert_eq!(NUMBER.entry(4).remove(), Some(4));
        NUMBER.retain(|entry| *entry.value() != 5);
        assert_eq!(evicted(NUMBER.stats()), [2, 0, 3, 0, 2]);
        call(&[6, 7]);
        LIMIT.store(7, Ordering::Relaxed);
        call(&[6, 7]);
        assert_eq!(evicted(NUMBER.stats()), [2, 0, 3, 1, 2]);
        clock.advance(Duration::from_secs(11));
        call(&[6]);
        let stats = NUMBER.stats();
        assert_eq!((evicted(stats), stats.entries), ([2, 2, 3, 1, 2], 1));
        NUMBER.clear();
        NUMBER.clear();
        assert_eq!(evicted(NUMBER.stats()), [2, 2, 4, 1, 2]);
    });
}

#[test]
fn what_ends_with_a_session_counts_as_cleared() {
    #[cache_data(scope = "session")]
    fn own(x: u32) -> u32 {
        x
    }

    #[cache_data]
    fn shared(x: u32) -> u32 {
        own(x) * 2
    }

    let session = Session::new();
    assert_eq!((shared(9), session.enter(|| own(1) + shared(2))), (18, 5));
    drop(session);
    assert_eq!(evicted(OWN.stats()), [0, 0, 2, 0, 0]);
    assert_eq!(evicted(SHARED.stats()), [0, 0, 1, 0, 0]);
}

static IS_DOWN: AtomicU32 = AtomicU32::new(0);
static MEETING: Barrier = Barrier::new(2);

#[cache_data(ttl = "1m", refresh_after = "10s")]
fn price(item: u32) -> Result<u32, String> {
    match IS_DOWN.load(Ordering::SeqCst) {
        0 => Ok(item),
        1 => Err("down".to_owned()),
        2 => panic!("broken"),
        _ => {
            MEETING.wait();
            MEETING.wait();
            Ok(item)
        }
    }
}

#[test]
fn refreshes_are_done_failed_or_skipped() {
    let clock = Clock::new();
    let later = || clock.advance(Duration::from_secs(11));
    clock.enter(|| {
        assert_eq!(price(1), Ok(1));
        assert_eq!(refreshes(PRICE.stats()), [0, 0, 0], "the first run refreshes nothing");
        later();
        assert_eq!(price(1), Ok(1));
        assert_eq!(refresh(|| price(1)), Ok(1));
        assert_eq!(refreshes(PRICE.stats()), [2, 0, 0]);
        later();
        IS_DOWN.store(1, Ordering::SeqCst);
        assert_eq!(price(1), Err("down".to_owned()));
        assert_eq!(price(1), Ok(1));
        assert_eq!(refreshes(PRICE.stats()), [2, 1, 1], "it is too early to try again");
        clock.advance(Duration::from_secs(2));
        IS_DOWN.store(2, Ordering::SeqCst);
        let inner = clock.clone();
        assert_eq!(end_of(move || inner.enter(|| price(1))), Err("broken".to_owned()));
        assert_eq!(refreshes(PRICE.stats()), [2, 2, 1]);
        clock.advance(Duration::from_secs(5));
        IS_DOWN.store(3, Ordering::SeqCst);
        thread::scope(|scope| {
            let clock = clock.clone();
            scope.spawn(move || clock.enter(|| assert_eq!(price(1), Ok(1))));
            MEETING.wait();
            assert_eq!((price(1), price(1)), (Ok(1), Ok(1)));
            MEETING.wait();
        });
        let stats = PRICE.stats();
        assert_eq!((refreshes(stats), stats.stale), ([3, 2, 3], 3));
        clock.advance(Duration::from_secs(61));
        IS_DOWN.store(0, Ordering::SeqCst);
        assert_eq!(price(1), Ok(1));
        assert_eq!(refreshes(PRICE.stats()), [3, 2, 3], "what is past its end is loaded anew");
    });
}

#[test]
fn statistics_begin_anew_and_entries_stay() {
    #[cache_data(max_entries = 2)]
    fn square(x: u32) -> u32 {
        x * x
    }

    SQUARE.reset_stats();
    for x in [1, 2, 3, 3, 3] {
        square(x);
    }
    thread::scope(|scope| scope.spawn(|| square(3)).join().expect("nothing panics"));
    SQUARE.reset_stats();
    let none = Stats::default();
    assert_eq!(SQUARE.stats().to_string(), none.to_string().replace("entries       0", "entries       2"));
    assert_eq!((square(3), square(3), square(4)), (9, 9, 16));
    let stats = SQUARE.stats();
    assert_eq!((stats.hits, stats.misses, stats.evictions, stats.entries), (2, 1, 1, 2));
    assert!(stats.hit_ratio() > 0.6);
    SQUARE.reset_stats();
    SQUARE.reset_stats();
    assert_eq!((SQUARE.stats().hits, evicted(SQUARE.stats())), (0, [0; 5]));
}

#[test]
fn a_call_that_runs_while_counting_begins_anew_is_counted_before_or_after() {
    #[cache_data(ttl = "10s", stale_if_error = "1h")]
    fn fragile(_is_up: &AtomicU32) -> Result<u32, String> {
        match _is_up.swap(0, Ordering::SeqCst) {
            0 => {
                FRAGILE.reset_stats();
                Err("down".to_owned())
            }
            _ => Ok(1),
        }
    }

    let clock = Clock::new();
    clock.enter(|| {
        let is_up = AtomicU32::new(1);
        assert_eq!(fragile(&is_up), Ok(1));
        clock.advance(Duration::from_secs(11));
        // Counted as a miss, until it turned out to be stale.
        assert_eq!(fragile(&is_up), Ok(1));
        assert_eq!((FRAGILE.stats().misses, FRAGILE.stats().stale), (0, 1));
        FRAGILE.clear();
        is_up.store(1, Ordering::SeqCst);
        assert_eq!(fragile(&is_up), Ok(1));
        assert_eq!(FRAGILE.stats().misses, 1);
    });
}
