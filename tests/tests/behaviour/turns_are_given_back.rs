use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Input, cache_data, refresh_async};
use cache_tests::CallLog;
use futures::channel::oneshot::{Sender, channel};
use parking_lot::Mutex;

/// Not `Clone`: those who wait run the body themselves.
#[derive(Debug, PartialEq)]
struct Error;

type Called = Pin<Box<dyn Future<Output = Result<u32, Error>>>>;

/// The bodies that run, to be ended in the order they began.
struct Bodies(Mutex<Vec<Sender<Result<u32, Error>>>>);

impl Bodies {
    async fn run(&self) -> Result<u32, Error> {
        let (end, ended) = channel();
        self.0.lock().push(end);
        ended.await.expect("the test ends it")
    }

    fn end(&self, place: usize, with: Result<u32, Error>) {
        self.0.lock().remove(place).send(with).expect("it runs");
    }
}

fn poll(call: &mut Called) -> Poll<Result<u32, Error>> {
    call.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn begin(call: impl Future<Output = Result<u32, Error>> + 'static) -> Called {
    let mut call: Called = Box::pin(call);
    assert!(poll(&mut call).is_pending());
    call
}

static RATES: Bodies = Bodies(Mutex::new(Vec::new()));
static RATE_LOG: CallLog = CallLog::new();

#[cache_data(refresh_after = "10s", ttl = "1h")]
async fn rate() -> Result<u32, Error> {
    RATE_LOG.ran("rate");
    RATES.run().await
}

#[test]
fn a_value_is_refreshed_in_its_time_though_a_turn_was_given_back_for_it() {
    let clock = Clock::new();
    clock.enter(|| {
        let mut refresher = begin(refresh_async(rate()));
        let mut leader = begin(rate());
        let mut waiting = begin(rate());
        RATES.end(1, Err(Error));
        assert_eq!(poll(&mut leader), Poll::Ready(Err(Error)));
        RATES.end(0, Ok(1));
        assert_eq!(poll(&mut refresher), Poll::Ready(Ok(1)));
        assert_eq!(poll(&mut waiting), Poll::Ready(Ok(1)));
        RATE_LOG.expect(["rate", "rate"]);
        clock.advance(Duration::from_secs(10));
        let mut refresher = begin(rate());
        RATES.end(0, Ok(2));
        assert_eq!(poll(&mut refresher), Poll::Ready(Ok(2)));
        RATE_LOG.expect(["rate"]);
    });
}

static UNIT: Input<u32> = Input::new(|| 7);
static LENGTHS: Bodies = Bodies(Mutex::new(Vec::new()));
static LENGTH_LOG: CallLog = CallLog::new();

#[cache_data]
async fn length() -> Result<u32, Error> {
    LENGTH_LOG.ran(format!("in {}", UNIT.get()));
    LENGTHS.run().await
}

#[test]
fn a_turn_that_is_given_back_takes_nothing_from_who_runs_the_body() {
    let mut first = begin(length());
    LENGTHS.end(0, Ok(70));
    assert!(poll(&mut first).is_ready());
    UNIT.set(0);
    let mut leader = begin(length());
    let mut waiting: Vec<Called> = (0..3).map(|_| begin(length())).collect();
    LENGTHS.end(0, Err(Error));
    assert!(poll(&mut leader).is_ready() && poll(&mut waiting[0]).is_pending());
    LENGTHS.end(0, Err(Error));
    // Two have a turn: one takes it, for the other the input has changed.
    assert!(poll(&mut waiting[0]).is_ready() && poll(&mut waiting[1]).is_pending());
    UNIT.set(9);
    assert!(poll(&mut waiting[2]).is_pending());
    LENGTH_LOG.expect(["in 7", "in 0", "in 0", "in 0", "in 9"]);
    UNIT.set(0);
    let mut last = begin(length());
    LENGTHS.end(0, Ok(40));
    assert_eq!(poll(&mut waiting[1]), Poll::Ready(Ok(40)));
    assert_eq!(poll(&mut last), Poll::Ready(Ok(40)));
    LENGTH_LOG.expect_nothing();
    assert_eq!(LENGTH.entry().get(), Some(40));
}
