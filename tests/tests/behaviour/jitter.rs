//! `jitter = …`: what was stored together does not end together, and nothing lives longer than its `ttl`.

use std::collections::BTreeSet;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Outcome, cache_data, trace};
use cache_tests::CallLog;

const SECOND: Duration = Duration::from_secs(1);

#[cache_data(ttl = 100, jitter = 0.5)]
fn spread(x: u32) -> u32 {
    x
}

#[test]
fn what_was_stored_together_ends_one_after_the_other_and_by_its_ttl() {
    let clock = Clock::new();
    clock.enter(|| {
        for x in 0..200 {
            spread(x);
        }
        let mut left = BTreeSet::new();
        clock.advance(50 * SECOND);
        // Not sooner than half of it.
        assert_eq!(SPREAD.len(), 200);
        for _ in 0..50 {
            left.insert(SPREAD.len());
            clock.advance(SECOND);
        }
        assert!(left.len() > 30, "{left:?}");
        assert_eq!(SPREAD.len(), 0);
    });
}

fn half() -> f32 {
    0.5
}

#[cache_data(ttl = 100, refresh_after = 60, jitter = half())]
fn refreshed(x: u32) -> u32 {
    x
}

#[test]
fn refreshes_are_spread_too_and_come_before_the_end() {
    let clock = Clock::new();
    clock.enter(|| {
        for x in 0..200 {
            refreshed(x);
        }
        clock.advance(45 * SECOND);
        let all: Vec<_> = (0..200).map(|x| trace(|| refreshed(x)).1[0].outcome).collect();
        let hits = all.iter().filter(|outcome| **outcome == Outcome::Hit).count();
        assert!((50..150).contains(&hits), "{hits}");
        assert_eq!(REFRESHED.len(), 200);
    });
}

#[cache_data(ttl = "1h", cache_err = 100, jitter = 0.9)]
fn failing(x: u32) -> Result<u32, u32> {
    Err(x)
}

#[test]
fn so_are_kept_errors() {
    let clock = Clock::new();
    clock.enter(|| {
        assert!((0..200).all(|x| failing(x) == Err(x)));
        clock.advance(55 * SECOND);
        assert!((50..150).contains(&FAILING.len()), "{}", FAILING.len());
    });
}

#[cache_data(ttl = 100, jitter = half() * 2.0)]
fn too_much() {}

#[test]
#[should_panic(expected = "it is a fraction, more than 0 and less than 1")]
fn an_expression_that_is_no_fraction_panics_by_name() {
    too_much();
}

static AT_ONCE: CallLog = CallLog::new();

#[cache_data(ttl_of = |_| Duration::ZERO, jitter = 0.5)]
fn over_at_once(x: u32) -> u32 {
    AT_ONCE.ran(x.to_string());
    x
}

#[test]
fn a_lifetime_of_zero_stays_one() {
    let clock = Clock::new();
    clock.enter(|| {
        over_at_once(1);
        over_at_once(1);
    });
    AT_ONCE.expect(["1", "1"]);
}
