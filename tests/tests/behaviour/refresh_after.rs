use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{MissReason, Outcome, cache_data, refresh_async, trace};
use cache_tests::CallLog;
use parking_lot::Mutex;

static LOG: CallLog = CallLog::new();
static RUNNING: Barrier = Barrier::new(2);
static GO_ON: Barrier = Barrier::new(2);

#[cache_data(refresh_after = "10s", ttl = "60s")]
fn rate(_round: u32) -> u32 {
    LOG.ran(format!("round {_round}"));
    if _round == 2 {
        RUNNING.wait();
        GO_ON.wait();
    }
    _round
}

#[test]
fn one_caller_recomputes_and_the_others_get_the_old_value_at_once() {
    let clock = Clock::new();
    assert_eq!(clock.enter(|| rate(1)), 1);
    clock.advance(Duration::from_secs(9));
    assert_eq!(clock.enter(|| rate(0)), 1);
    clock.advance(Duration::from_secs(1));
    thread::scope(|scope| {
        let refresher = scope.spawn(|| clock.enter(|| trace(|| rate(2))));
        RUNNING.wait();
        let (value, calls) = clock.enter(|| trace(|| rate(3)));
        assert_eq!((value, calls[0].outcome), (1, Outcome::Stale));
        GO_ON.wait();
        let (value, calls) = refresher.join().expect("the refresher does not panic");
        assert_eq!((value, calls[0].outcome), (2, Outcome::Miss(MissReason::Expired)));
    });
    assert_eq!(clock.enter(|| rate(4)), 2);
    LOG.expect(["round 1", "round 2"]);
    assert_eq!(RATE.stats().stale, 1);
}

static FAILING: Mutex<bool> = Mutex::new(false);

#[cache_data(refresh_after = "10s", ttl = "60s")]
fn sometimes() -> Result<u32, String> {
    if *FAILING.lock() { Err("down".into()) } else { Ok(1) }
}

#[test]
fn a_failed_refresh_is_its_callers_and_the_old_value_stays_to_its_end() {
    let clock = Clock::new();
    clock.enter(|| {
        assert_eq!(sometimes(), Ok(1));
        clock.advance(Duration::from_secs(10));
        *FAILING.lock() = true;
        assert!(sometimes().is_err());
        assert_eq!(SOMETIMES.entry().get(), Some(1));
        clock.advance(Duration::from_secs(50));
        assert_eq!(SOMETIMES.entry().get(), None);
    });
}

#[cache_data(refresh_after = "60s", ttl = Duration::from_secs(30))]
fn never_fresh() {}

#[test]
#[should_panic(expected = "is not shorter than its `ttl`")]
fn a_refresh_that_could_never_come_panics_by_name() {
    never_fresh();
}

static ROUND: Mutex<u32> = Mutex::new(1);
static REFRESHING: Barrier = Barrier::new(2);
static REFRESHED: Barrier = Barrier::new(2);

#[cache_data(ttl = "60s")]
async fn feed(_of: &str) -> u32 {
    let round = *ROUND.lock();
    if round == 2 {
        REFRESHING.wait();
        REFRESHED.wait();
    }
    round
}

#[test]
fn a_task_of_ones_own_may_refresh_while_the_others_hit() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("it can be built");
    assert_eq!(futures::executor::block_on(feed("news")), 1);
    *ROUND.lock() = 2;
    let refreshing = runtime.spawn(refresh_async(async { feed("news").await }));
    REFRESHING.wait();
    let (value, calls) = trace(|| futures::executor::block_on(feed("news")));
    assert_eq!((value, calls[0].outcome), (1, Outcome::Hit));
    REFRESHED.wait();
    assert_eq!(futures::executor::block_on(refreshing).expect("nothing panics"), 2);
    assert_eq!(futures::executor::block_on(feed("news")), 2);
}
