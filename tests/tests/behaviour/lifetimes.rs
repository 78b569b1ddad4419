use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{MissReason, Outcome, cache_data, trace};
use cache_tests::{CallLog, end_of};

const SECOND: Duration = Duration::from_secs(1);

static TTL_LOG: CallLog = CallLog::new();

#[cache_data(ttl = "10s")]
fn priced(item: &str) -> usize {
    TTL_LOG.ran(item);
    item.len()
}

#[test]
fn a_value_is_valid_while_now_is_before_stored_plus_ttl_and_reads_do_not_extend_it() {
    let clock = Clock::new();
    clock.enter(|| {
        priced("tea");
        for _ in 0..9 {
            clock.advance(SECOND);
            priced("tea");
        }
        clock.advance(Duration::from_nanos(999_999_999));
        priced("tea");
        TTL_LOG.expect(["tea"]);
        assert_eq!(PRICED.len(), 1);
        clock.advance(Duration::from_nanos(1));
        assert_eq!(PRICED.len(), 0);
        assert!(!PRICED.entry("tea").contains());
        priced("tea");
        TTL_LOG.expect(["tea"]);
    });
}

#[cache_data(ttl = "10s")]
fn explained(x: u8) -> u8 {
    x
}

#[test]
fn a_miss_after_the_end_says_that_it_expired() {
    let clock = Clock::new();
    clock.enter(|| {
        explained(1);
        clock.advance(SECOND * 10);
        let (_, calls) = trace(|| explained(1));
        assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Expired));
    });
}

/// All forms of a lifetime, and how long each is in milliseconds.
mod forms {
    use super::{Duration, cache_data};

    pub(super) const MINUTE: Duration = Duration::from_secs(60);
    pub(super) const HALF_A_MINUTE: u64 = 30;

    #[cache_data(ttl = "1h30m")]
    pub(super) fn text() {}
    #[cache_data(ttl = "00:00:02.5")]
    pub(super) fn clock_time() {}
    #[cache_data(ttl = 90)]
    pub(super) fn seconds() {}
    #[cache_data(ttl = 1.5)]
    pub(super) fn decimals() {}
    #[cache_data(ttl = Duration::from_millis(7))]
    pub(super) fn duration() {}
    #[cache_data(ttl = MINUTE * 2)]
    pub(super) fn expression() {}
    #[cache_data(ttl = HALF_A_MINUTE)]
    pub(super) fn constant() {}
    #[cache_data(ttl = "250us")]
    pub(super) fn below_a_second() {}
}

#[test]
fn every_form_of_a_lifetime_is_understood() {
    use forms::{
        BELOW_A_SECOND, CLOCK_TIME, CONSTANT, DECIMALS, DURATION, EXPRESSION, SECONDS, TEXT, below_a_second,
        clock_time, constant, decimals, duration, expression, seconds, text,
    };
    let clock = Clock::new();
    clock.enter(|| {
        text();
        clock_time();
        seconds();
        decimals();
        duration();
        expression();
        constant();
        below_a_second();
        let lifetimes = [
            TEXT.entry(),
            CLOCK_TIME.entry(),
            SECONDS.entry(),
            DECIMALS.entry(),
            DURATION.entry(),
            EXPRESSION.entry(),
            CONSTANT.entry(),
            BELOW_A_SECOND.entry(),
        ]
        .map(|entry| entry.expires_in().map(|left| left.as_micros()));
        let expected = [5_400_000_000, 2_500_000, 90_000_000, 1_500_000, 7_000, 120_000_000, 30_000_000, 250];
        assert_eq!(lifetimes, expected.map(Some));
    });
}

static IDLE_LOG: CallLog = CallLog::new();

#[cache_data(time_to_idle = "10s")]
fn idle(x: u8) -> u8 {
    IDLE_LOG.ran(x.to_string());
    x
}

#[test]
fn time_to_idle_counts_from_the_last_use() {
    let clock = Clock::new();
    clock.enter(|| {
        idle(1);
        idle(2);
        clock.advance(SECOND * 6);
        idle(1);
        clock.advance(SECOND * 6);
        assert_eq!(IDLE.len(), 1);
        idle(1);
        idle(2);
        IDLE_LOG.expect(["1", "2", "2"]);
        // Looking is no use.
        clock.advance(SECOND * 6);
        assert!(IDLE.entry(1).get().is_some());
        clock.advance(SECOND * 6);
        assert!(IDLE.entry(1).get().is_none());
    });
}

static BOTH_LOG: CallLog = CallLog::new();

#[cache_data(ttl = "15s", time_to_idle = "10s")]
fn both(x: u8) -> u8 {
    BOTH_LOG.ran(x.to_string());
    x
}

#[test]
fn of_two_lifetimes_the_earlier_end_counts() {
    let clock = Clock::new();
    clock.enter(|| {
        both(1);
        clock.advance(SECOND * 8);
        both(1);
        clock.advance(SECOND * 7);
        both(1);
        BOTH_LOG.expect(["1", "1"]);
    });
}

#[cache_data(ttl_of = |seconds| Duration::from_secs(*seconds), ttl = "1m")]
fn own_lifetime(seconds: u64) -> u64 {
    seconds
}

#[test]
fn ttl_of_gives_each_value_its_own_lifetime_at_most_ttl() {
    let clock = Clock::new();
    clock.enter(|| {
        own_lifetime(5);
        own_lifetime(600);
        assert_eq!(OWN_LIFETIME.entry(5).expires_in(), Some(SECOND * 5));
        assert_eq!(OWN_LIFETIME.entry(600).expires_in(), Some(SECOND * 60));
    });
}

const NO_TIME: Duration = Duration::ZERO;

#[cache_data(ttl = NO_TIME)]
fn kept_for_no_time() {}

#[test]
#[should_panic(expected = "`ttl` of `behaviour::lifetimes::kept_for_no_time` is not more than zero")]
fn an_expression_that_is_zero_panics_by_name() {
    kept_for_no_time();
}

const TOO_LONG_TO_BE_TOLD: f64 = 1e30;

#[cache_data(ttl = TOO_LONG_TO_BE_TOLD)]
fn kept_for_ever(x: u32) -> u32 {
    x
}

const NO_NUMBER: f64 = f64::NAN;

#[cache_data(ttl = NO_NUMBER)]
fn kept_for_no_number() {}

#[test]
fn an_expression_that_is_too_long_is_no_end_and_one_that_is_no_number_panics_by_name() {
    kept_for_ever(1);
    let centuries = KEPT_FOR_EVER.entry(1).expires_in().is_none_or(|left| left > SECOND * 4_000_000_000);
    assert!(centuries && KEPT_FOR_EVER.entry(1).contains());
    let message = "`ttl` of `behaviour::lifetimes::kept_for_no_number` is not more than zero";
    assert_eq!(end_of(kept_for_no_number), Err(message.to_owned()));
}

#[cache_data(ttl = "10ms")]
fn gone_by_itself(x: u32) -> Vec<u32> {
    vec![x; 10]
}

#[test]
fn what_expired_is_freed_without_being_asked_for() {
    for x in 0..100 {
        gone_by_itself(x);
    }
    std::thread::sleep(Duration::from_millis(30));
    gone_by_itself(1_000);
    assert_eq!(GONE_BY_ITSELF.stats().entries, 1);
}
