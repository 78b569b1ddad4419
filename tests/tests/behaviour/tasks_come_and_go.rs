use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use cache_runtime::cache_data;
use cache_tests::CallLog;
use futures::executor::block_on;
use tokio::sync::Notify;

static LOG: CallLog = CallLog::new();

#[cache_data]
async fn fetch(_gate: &Notify, x: u32) -> u32 {
    LOG.ran(format!("begin {x}"));
    _gate.notified().await;
    LOG.ran(format!("end {x}"));
    x
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn when_the_leader_is_dropped_a_waiter_takes_over() {
    let gate = Notify::new();
    let mut waiter = pin!(fetch(&gate, 1));
    {
        let mut leader = pin!(fetch(&gate, 1));
        assert!(poll(leader.as_mut()).is_pending());
        assert!(poll(waiter.as_mut()).is_pending());
        LOG.expect(["begin 1"]);
    }
    assert!(poll(waiter.as_mut()).is_pending());
    LOG.expect(["begin 1"]);
    gate.notify_one();
    assert_eq!(poll(waiter), Poll::Ready(1));
    LOG.expect(["end 1"]);
}

static QUIET_LOG: CallLog = CallLog::new();

#[cache_data]
async fn quiet(_gate: &Notify) -> u32 {
    QUIET_LOG.ran("begin");
    _gate.notified().await;
    7
}

#[test]
fn dropping_a_waiter_disturbs_no_one() {
    let gate = Notify::new();
    let mut leader = pin!(quiet(&gate));
    assert!(poll(leader.as_mut()).is_pending());
    let mut other = pin!(quiet(&gate));
    {
        let mut waiter = pin!(quiet(&gate));
        assert!(poll(waiter.as_mut()).is_pending());
        assert!(poll(other.as_mut()).is_pending());
    }
    gate.notify_one();
    assert_eq!(poll(leader), Poll::Ready(7));
    assert_eq!(poll(other), Poll::Ready(7));
    QUIET_LOG.expect(["begin"]);
}

#[cache_data]
async fn length(text: &str) -> usize {
    RUNS.fetch_add(1, Ordering::Relaxed);
    tokio::task::yield_now().await;
    text.len()
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[test]
fn a_call_can_be_spawned_and_tasks_share_one_run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime starts");
    let lengths = runtime.block_on(async {
        let tasks: Vec<_> = (0..50).map(|_| tokio::spawn(async { length(&String::from("four")).await })).collect();
        futures::future::join_all(tasks).await
    });
    assert!(lengths.into_iter().all(|length| length.is_ok_and(|length| length == 4)));
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}

#[cache_data]
async fn without_runtime(x: u32) -> Result<u32, String> {
    let x = std::future::ready(Ok::<_, String>(x)).await?;
    if x == 0 {
        return Err("zero".into());
    }
    Ok(x)
}

#[test]
fn no_runtime_is_needed() {
    assert_eq!(block_on(without_runtime(1)), Ok(1));
    assert_eq!(block_on(without_runtime(0)), Err("zero".into()));
    assert_eq!(WITHOUT_RUNTIME.len(), 1);
}

static LAZY_LOG: CallLog = CallLog::new();

#[cache_data]
async fn lazy(x: u32) -> u32 {
    LAZY_LOG.ran(x.to_string());
    x
}

#[test]
fn a_future_that_is_not_polled_does_nothing() {
    drop(lazy(1));
    LAZY_LOG.expect_nothing();
    assert_eq!(LAZY.stats().misses, 0);
}

#[cache_data]
async fn of_one_task(_gate: &Notify, x: u32) -> u32 {
    _gate.notified().await;
    x
}

#[test]
fn calls_in_one_task_wait_for_each_other() {
    let gate = Notify::new();
    let all = async {
        let calls = futures::future::join3(of_one_task(&gate, 1), of_one_task(&gate, 1), of_one_task(&gate, 1));
        futures::future::join(calls, async { gate.notify_one() }).await.0
    };
    assert_eq!(block_on(all), (1, 1, 1));
    assert_eq!((OF_ONE_TASK.stats().misses, OF_ONE_TASK.stats().waits), (1, 2));
}

#[cache_data]
async fn begins_a_future(_slot: &Slot) -> u32 {
    let mut later = Box::pin(async {
        tokio::task::yield_now().await;
        begins_a_future(&Slot::default()).await
    });
    assert!(poll(later.as_mut()).is_pending());
    _slot.replace(Some(later));
    7
}

type Slot = std::cell::RefCell<Option<std::pin::Pin<Box<dyn Future<Output = u32>>>>>;

#[test]
fn a_future_from_a_body_that_has_ended_is_not_inside_it_any_more() {
    let slot = Slot::default();
    assert_eq!(block_on(begins_a_future(&slot)), 7);
    BEGINS_A_FUTURE.clear();
    let later = slot.take().expect("the body left a future");
    assert_eq!(block_on(later), 7);
}

#[cache_data]
async fn gated(_gate: &Notify) -> u32 {
    _gate.notified().await;
    8
}

#[expect(dead_code, reason = "owned, not read")]
struct LastOwner(std::sync::Mutex<Option<std::pin::Pin<Box<dyn Future<Output = u32> + Send>>>>);

impl std::task::Wake for LastOwner {
    fn wake(self: std::sync::Arc<Self>) {}
}

#[test]
fn a_waker_may_own_another_waiter() {
    use std::sync::{Arc, Mutex};
    static GATE: Notify = Notify::const_new();
    let mut leader = Box::pin(gated(&GATE));
    assert!(poll(leader.as_mut()).is_pending());
    let mut owned = Box::pin(gated(&GATE));
    assert!(poll(owned.as_mut()).is_pending());
    let mut waiter = Box::pin(gated(&GATE));
    let waker = Waker::from(Arc::new(LastOwner(Mutex::new(Some(owned)))));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    // The waiter's old waker is dropped here, and with it a task that waits for the same.
    assert!(poll(waiter.as_mut()).is_pending());
    GATE.notify_one();
    assert_eq!(poll(leader.as_mut()), Poll::Ready(8));
    assert_eq!(poll(waiter.as_mut()), Poll::Ready(8));
}

#[cache_data]
async fn leaf_of_nested(x: u32) -> u32 {
    tokio::task::yield_now().await;
    x
}

macro_rules! nested {
    ($($name:ident calls $inner:ident;)*) => {$(
        #[cache_data]
        async fn $name(x: u32) -> u32 {
            $inner(x).await + 1
        }
    )*};
}

nested! {
    nested1 calls leaf_of_nested;
    nested2 calls nested1;
    nested3 calls nested2;
    nested4 calls nested3;
    nested5 calls nested4;
    nested6 calls nested5;
    nested7 calls nested6;
    nested8 calls nested7;
}

#[test]
fn a_future_grows_by_as_much_with_each_level() {
    let sizes = [size_of_val(&leaf_of_nested(1)), size_of_val(&nested4(1)), size_of_val(&nested8(1))];
    let per_level = (sizes[2] - sizes[1]) / 4;
    assert!(per_level < 1_200 && sizes[2] < sizes[0] + 9 * per_level.max(600), "{sizes:?}");
    assert_eq!(block_on(nested8(1)), 9);
}

#[cache_data]
async fn fails_on_one_thread(x: u32) -> Result<u32, std::rc::Rc<str>> {
    tokio::task::yield_now().await;
    if x == 0 { Err("zero".into()) } else { Ok(x) }
}

#[test]
fn a_future_can_be_sent_though_its_error_cannot() {
    fn can_be_sent<F: Future + Send>(future: F) -> F {
        future
    }
    assert!(block_on(can_be_sent(fails_on_one_thread(0))).is_err());
    assert_eq!(block_on(can_be_sent(fails_on_one_thread(1))).ok(), Some(1));
}
