use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{MissReason, Outcome, cache_data, isolated, isolated_async, trace};
use cache_tests::CallLog;
use futures::executor::block_on;

/// An hour in which a clock that does not stand still would not have come far.
fn age(entry: &cache_runtime::Entry<'_, u32>) -> Duration {
    entry.age().expect("it was kept")
}

#[test]
fn time_stands_still_on_the_thread_until_it_is_told_to_go_on() {
    #[cache_data(ttl = "1h")]
    fn answer() -> u32 {
        42
    }

    let clock = Clock::pause();
    answer();
    thread::sleep(Duration::from_millis(2));
    assert_eq!(age(&ANSWER.entry()), Duration::ZERO);
    clock.advance("30m");
    clock.advance(Duration::from_secs(1));
    clock.advance("0s");
    assert_eq!(age(&ANSWER.entry()), Duration::from_secs(1_801));
    let elsewhere = thread::spawn(|| age(&ANSWER.entry())).join().expect("it is there");
    assert!(elsewhere < Duration::from_secs(60), "another thread's time went on: {elsewhere:?}");
    clock.advance("29m59s");
    assert_eq!(trace(answer).1[0].outcome, Outcome::Miss(MissReason::Expired));
    drop(clock);
    assert!(age(&ANSWER.entry()) < Duration::from_secs(60));
}

#[test]
fn inside_an_isolation_time_is_that_of_the_isolation() {
    #[cache_data(ttl = "1h")]
    fn answer() -> u32 {
        42
    }

    let outside = Clock::pause();
    answer();
    isolated(|| {
        answer();
        outside.advance("10m");
        assert_eq!(age(&ANSWER.entry()).as_secs(), 600);
        let clock = Clock::pause();
        clock.advance("20m");
        outside.advance("1m");
        assert_eq!(age(&ANSWER.entry()).as_secs(), 1_800);
    });
    assert_eq!(age(&ANSWER.entry()).as_secs(), 660);
}

#[test]
fn of_several_clocks_the_last_one_counts_that_is_still_there() {
    #[cache_data(ttl = "1h")]
    fn answer() -> u32 {
        42
    }

    let first = Clock::pause();
    answer();
    let second = Clock::pause();
    second.advance("10m");
    assert_eq!(age(&ANSWER.entry()).as_secs(), 600);
    let clone = second.clone();
    drop(second);
    assert_eq!(age(&ANSWER.entry()).as_secs(), 600);
    drop(clone);
    assert_eq!(age(&ANSWER.entry()).as_secs(), 0);
    first.advance("1m");
    assert_eq!(first.enter(|| age(&ANSWER.entry())).as_secs(), 60);
}

#[test]
fn a_clock_is_obeyed_on_every_thread_on_which_the_isolation_goes_on() {
    #[cache_data(ttl = "1h")]
    async fn answer() -> u32 {
        42
    }

    let mut future = Box::pin(isolated_async(async {
        let clock = Clock::pause();
        answer().await;
        futures::pending!();
        clock.advance("59m");
        assert_eq!(age(&ANSWER.entry()).as_secs(), 59 * 60);
        answer().await;
        clock.advance("1m");
        answer().await;
        assert_eq!((ANSWER.stats().hits, ANSWER.stats().misses), (1, 2));
    }));
    assert!(block_on(async { futures::poll!(&mut future) }).is_pending());
    thread::spawn(|| block_on(future)).join().expect("no assertion fails");
}

#[test]
fn every_lifetime_obeys() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(ttl = "10m")]
    fn lives() {
        LOG.ran("lives");
    }

    #[cache_data(ttl_of = |()| Duration::from_secs(600))]
    fn lives_by_value() {
        LOG.ran("lives_by_value");
    }

    #[cache_data(time_to_idle = "10m")]
    fn idles() {
        LOG.ran("idles");
    }

    #[cache_data(ttl = "1h", refresh_after = "10m")]
    fn refreshed() {
        LOG.ran("refreshed");
    }

    #[cache_data(cache_err = "10m")]
    fn fails() -> Result<(), String> {
        LOG.ran("fails");
        Err("no".to_owned())
    }

    #[cache_data(ttl = "10m", stale_if_error = "20m", retry_after = "10m")]
    fn falls_back() -> Result<u32, String> {
        LOG.ran("falls_back");
        if FALLS_BACK.stats().misses == 0 { Ok(1) } else { Err("no".to_owned()) }
    }

    fn all() {
        lives();
        lives_by_value();
        idles();
        refreshed();
        drop(fails());
        drop(falls_back());
    }

    isolated(|| {
        let names = ["lives", "lives_by_value", "idles", "refreshed", "fails", "falls_back"];
        let clock = Clock::pause();
        all();
        LOG.expect(names);
        clock.advance("9m59s");
        all();
        LOG.expect_nothing();
        clock.advance("1s");
        all();
        // What was used is not idle.
        LOG.expect(names.into_iter().filter(|name| *name != "idles"));
        assert_eq!(falls_back(), Ok(1));
        LOG.expect_nothing();
        clock.advance("20m");
        assert_eq!(falls_back(), Err("no".to_owned()));
        idles();
        LOG.expect(["falls_back", "idles"]);
    });
}

#[test]
fn time_that_is_told_to_pass_for_ever_stays_at_the_end() {
    #[cache_data(ttl = "1h")]
    fn ends() -> u32 {
        1
    }

    let clock = Clock::pause();
    ends();
    for _ in 0..2 {
        clock.advance(Duration::MAX);
        assert!(!ENDS.entry().contains());
    }
    assert_eq!(trace(ends).1[0].outcome, Outcome::Miss(MissReason::Expired));
}
