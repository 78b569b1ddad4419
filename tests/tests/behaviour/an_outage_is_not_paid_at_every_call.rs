use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Outcome, cache_data, refresh, trace};
use cache_tests::CallLog;
use futures::FutureExt as _;

static STATUS: AtomicU32 = AtomicU32::new(200);
static LOG: CallLog = CallLog::new();

#[derive(Clone, Debug, PartialEq)]
struct Status(u32);

fn fetch(x: u32) -> Result<u32, Status> {
    LOG.ran("fetch");
    match STATUS.load(Ordering::SeqCst) {
        200 => Ok(x),
        status => Err(Status(status)),
    }
}

#[cache_data(ttl = "10s", stale_if_error = "1h", retry_after = "2s")]
fn stale(x: u32) -> Result<u32, Status> {
    fetch(x)
}

#[cache_data(ttl = "1h", refresh_after = "10s")]
fn refreshed(x: u32) -> Result<u32, Status> {
    fetch(x)
}

#[cache_data(ttl = "10s", stale_if_error = "1h", cache_err = "5s", is_failure = |status| status.0 >= 500)]
fn answers(x: u32) -> Result<u32, Status> {
    fetch(x)
}

/// One after the other: they share what the upstream says.
#[test]
fn an_outage_is_not_paid_at_every_call() {
    past_its_time_the_body_is_tried_after_growing_pauses();
    a_refresh_that_fails_is_not_tried_by_every_call();
    an_error_that_is_an_answer_is_kept_and_one_that_is_a_failure_is_not();
}

fn past_its_time_the_body_is_tried_after_growing_pauses() {
    let clock = Clock::new();
    clock.enter(|| {
        STATUS.store(200, Ordering::SeqCst);
        assert_eq!(stale(1), Ok(1));
        STATUS.store(503, Ordering::SeqCst);
        clock.advance(Duration::from_secs(11));
        LOG.expect(["fetch"]);
        for _ in 0..100 {
            assert_eq!(stale(1), Ok(1));
        }
        LOG.expect(["fetch"]);
        assert_eq!((STALE.stats().stale, STALE.stats().misses), (100, 1));
        // After 2, 4, 8, 16 and 32 seconds, each up to a tenth earlier, and then not for another 57.
        for _ in 0..63 {
            clock.advance(Duration::from_secs(1));
            assert_eq!(stale(1), Ok(1));
        }
        LOG.expect(["fetch"; 5]);
        // Who asks for it has it tried, and another key is tried by itself.
        assert_eq!((refresh(|| stale(1)), stale(2)), (Ok(1), Err(Status(503))));
        LOG.expect(["fetch"; 2]);
        STATUS.store(200, Ordering::SeqCst);
        clock.advance(Duration::from_secs(150));
        let (_, calls) = trace(|| (stale(1), stale(1)));
        assert!(matches!(calls[..], [first, second] if matches!(first.outcome, Outcome::Miss(_)) && second.outcome == Outcome::Hit));
        LOG.expect(["fetch"]);
    });
}

fn a_refresh_that_fails_is_not_tried_by_every_call() {
    let clock = Clock::new();
    clock.enter(|| {
        STATUS.store(200, Ordering::SeqCst);
        assert_eq!(refreshed(1), Ok(1));
        STATUS.store(503, Ordering::SeqCst);
        clock.advance(Duration::from_secs(11));
        LOG.expect(["fetch"]);
        // Without `stale_if_error` who tries is told.
        assert_eq!(refreshed(1), Err(Status(503)));
        for _ in 0..100 {
            assert_eq!(refreshed(1), Ok(1));
        }
        LOG.expect(["fetch"]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(refreshed(1), Err(Status(503)));
        LOG.expect(["fetch"]);
    });
}

fn an_error_that_is_an_answer_is_kept_and_one_that_is_a_failure_is_not() {
    let clock = Clock::new();
    clock.enter(|| {
        STATUS.store(404, Ordering::SeqCst);
        assert_eq!((answers(1), answers(1)), (Err(Status(404)), Err(Status(404))));
        LOG.expect(["fetch"]);
        STATUS.store(503, Ordering::SeqCst);
        clock.advance(Duration::from_secs(6));
        // The last answer stands in for it, be it that there is nothing.
        assert_eq!((answers(1), answers(1)), (Err(Status(404)), Err(Status(404))));
        LOG.expect(["fetch"]);
        assert_eq!((answers(2), answers(2)), (Err(Status(503)), Err(Status(503))));
        LOG.expect(["fetch"; 2]);
        STATUS.store(200, Ordering::SeqCst);
        assert_eq!((answers(2), answers(2)), (Ok(2), Ok(2)));
        LOG.expect(["fetch"]);
        STATUS.store(503, Ordering::SeqCst);
        clock.advance(Duration::from_secs(11));
        assert_eq!((answers(2), answers(2)), (Ok(2), Ok(2)));
        LOG.expect(["fetch"]);
    });
}

static HELPED: CallLog = CallLog::new();
static HANGS: AtomicBool = AtomicBool::new(false);

#[cache_data(ttl = "1h", refresh_after = "10s")]
async fn slow(x: u32) -> u32 {
    HELPED.ran("slow");
    if HANGS.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    x
}

#[cache_data(ttl = "10s", stale_if_error = "1h")]
fn fragile(x: u32) -> Result<u32, ()> {
    HELPED.ran("fragile");
    assert!(!HANGS.load(Ordering::SeqCst), "the upstream panics");
    Ok(x)
}

#[test]
fn a_refresh_that_is_given_up_or_panics_is_not_tried_by_every_call() {
    let clock = Clock::new();
    clock.enter(|| {
        assert_eq!((slow(1).now_or_never(), fragile(1)), (Some(1), Ok(1)));
        HELPED.expect(["slow", "fragile"]);
        HANGS.store(true, Ordering::SeqCst);
        clock.advance(Duration::from_secs(11));
        // As a client does that has a time limit.
        assert_eq!(slow(1).now_or_never(), None);
        assert!(catch_unwind(|| fragile(1)).is_err());
        HELPED.expect(["slow", "fragile"]);
        for _ in 0..10 {
            assert_eq!((slow(1).now_or_never(), fragile(1)), (Some(1), Ok(1)));
        }
        HELPED.expect_nothing();
        HANGS.store(false, Ordering::SeqCst);
        clock.advance(Duration::from_secs(2));
        assert_eq!((slow(1).now_or_never(), fragile(1)), (Some(1), Ok(1)));
        HELPED.expect(["slow", "fragile"]);
    });
}
