use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use cache_runtime::cache_data;
use cache_tests::end_of;

static RUNS: AtomicU32 = AtomicU32::new(0);

/// Long enough for others to get where they wait. miri's own clock runs fast.
fn pause(milliseconds: u64) {
    thread::sleep(Duration::from_millis(if cfg!(miri) { 100 * milliseconds } else { milliseconds }));
}

#[cache_data]
fn slow(x: u32) -> u32 {
    RUNS.fetch_add(1, Ordering::Relaxed);
    pause(20);
    x * 2
}

#[test]
fn fifty_threads_and_one_key_run_one_body() {
    let start = Barrier::new(50);
    thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| {
                start.wait();
                assert_eq!(slow(21), 42);
            });
        }
    });
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    let stats = SLOW.stats();
    assert_eq!((stats.misses, stats.hits + stats.waits), (1, 49));
}

static LEADS: Barrier = Barrier::new(2);

#[cache_data]
fn long(x: u32) -> u32 {
    LEADS.wait();
    // Who met the body at the barrier is on its way to wait for it.
    pause(50);
    x
}

#[test]
fn a_wait_does_not_use_up_what_unparks_its_thread() {
    thread::scope(|scope| {
        scope.spawn(|| long(1));
        LEADS.wait();
        scope.spawn(|| {
            thread::current().unpark();
            assert_eq!(long(1), 1);
            let start = Instant::now();
            thread::park_timeout(Duration::from_secs(600));
            assert!(start.elapsed() < Duration::from_secs(300));
        });
    });
    assert_eq!((LONG.stats().misses, LONG.stats().waits), (1, 1));
}

static MEETING: Barrier = Barrier::new(16);

#[cache_data]
fn meet(x: u32) -> u32 {
    // Only passed if all sixteen bodies run at the same time.
    MEETING.wait();
    x
}

#[test]
fn sixteen_keys_run_in_parallel() {
    thread::scope(|scope| {
        for x in 0..16 {
            scope.spawn(move || meet(x));
        }
    });
    assert_eq!(MEET.len(), 16);
}

static BOTH_IN: Barrier = Barrier::new(2);

#[cache_data(single_flight = false)]
fn uncoordinated(x: u32) -> u32 {
    BOTH_IN.wait();
    x
}

#[test]
fn without_single_flight_every_caller_runs_the_body() {
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert_eq!(uncoordinated(1), 1));
        }
    });
    assert_eq!(UNCOORDINATED.stats().misses, 2);
    assert_eq!((uncoordinated(1), UNCOORDINATED.stats().hits), (1, 1));
}

static FAILURES: AtomicU32 = AtomicU32::new(0);

#[cache_data]
fn failing(_waiters: &Barrier) -> Result<u32, String> {
    _waiters.wait();
    // Those who met the leader at the barrier are on their way to wait for it.
    pause(50);
    FAILURES.fetch_add(1, Ordering::Relaxed);
    Err("down".into())
}

#[test]
fn waiters_share_an_error_that_is_clone() {
    let waiters = Barrier::new(2);
    thread::scope(|scope| {
        let leader = scope.spawn(|| failing(&waiters));
        waiters.wait();
        let others: Vec<_> = (0..8).map(|_| scope.spawn(|| failing(&waiters))).collect();
        assert_eq!(leader.join().expect("no panic"), Err("down".into()));
        for other in others {
            assert_eq!(other.join().expect("no panic"), Err("down".into()));
        }
    });
    assert_eq!(FAILURES.load(Ordering::Relaxed), 1);
    assert_eq!(FAILING.stats().waits, 8);
}

#[derive(Debug)]
struct NotClone;

static TRIES: AtomicU32 = AtomicU32::new(0);

#[cache_data]
fn third_time_lucky() -> Result<u32, NotClone> {
    pause(20);
    if TRIES.fetch_add(1, Ordering::Relaxed) < 2 { Err(NotClone) } else { Ok(7) }
}

#[test]
fn of_waiters_that_cannot_share_an_error_one_tries_next_and_then_two() {
    let start = Barrier::new(8);
    let failed = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                match third_time_lucky() {
                    Ok(value) => assert_eq!(value, 7),
                    Err(NotClone) => drop(failed.fetch_add(1, Ordering::Relaxed)),
                }
            });
        }
    });
    assert_eq!(TRIES.load(Ordering::Relaxed), 4);
    assert_eq!(failed.load(Ordering::Relaxed), 2);
}

static PANICS: AtomicU32 = AtomicU32::new(0);

#[cache_data]
fn panics_once() -> u32 {
    pause(20);
    assert!(PANICS.fetch_add(1, Ordering::Relaxed) > 0, "the first one panics");
    7
}

#[test]
fn when_the_leader_panics_a_waiter_takes_over() {
    let start = Barrier::new(4);
    let outcomes: Vec<_> = thread::scope(|scope| {
        let callers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    panics_once()
                })
            })
            .collect();
        callers.into_iter().map(thread::ScopedJoinHandle::join).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 1);
    assert!(outcomes.iter().flatten().all(|&value| value == 7));
    assert_eq!(PANICS.load(Ordering::Relaxed), 2);
}

/// Counts how often it is woken, and remembers that it was.
#[derive(Default)]
struct CountsWakes {
    wakes: AtomicU32,
    is_due: AtomicBool,
}

impl Wake for CountsWakes {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
        self.is_due.store(true, Ordering::SeqCst);
    }
}

static ROUNDS: AtomicU32 = AtomicU32::new(0);

#[cache_data]
async fn fails_for_each() -> Result<u32, NotClone> {
    tokio::task::yield_now().await;
    Err(NotClone)
}

#[test]
fn many_who_wait_for_what_fails_each_run_it_once_and_soon_and_are_woken_seldom() {
    const CALLERS: usize = if cfg!(miri) { 30 } else { 1_000 };
    let callers: Vec<_> = (0..CALLERS).map(|_| Arc::<CountsWakes>::default()).collect();
    let mut calls: Vec<_> = (0..CALLERS).map(|_| Some(Box::pin(fails_for_each()))).collect();
    for caller in &callers {
        caller.is_due.store(true, Ordering::SeqCst);
    }
    while calls.iter().any(Option::is_some) {
        ROUNDS.fetch_add(1, Ordering::SeqCst);
        // Those who are due now are polled; whom that wakes waits for the next round.
        let due: Vec<_> = callers.iter().map(|caller| caller.is_due.swap(false, Ordering::SeqCst)).collect();
        assert!(due.contains(&true), "nobody is woken any more");
        for ((call, caller), _) in calls.iter_mut().zip(&callers).zip(due).filter(|(_, is_due)| *is_due) {
            let waker = Waker::from(Arc::clone(caller));
            if let Some(running) = call
                && running.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
            {
                *call = None;
            }
        }
    }
    // When one, one, two, four, ..., 512 may run it, and once by the body's own pause.
    assert!(callers.iter().all(|caller| caller.wakes.load(Ordering::SeqCst) <= 12));
    assert_eq!(FAILS_FOR_EACH.stats().misses, CALLERS as u64);
    assert!(ROUNDS.load(Ordering::SeqCst) <= 24, "{ROUNDS:?}");
}

#[cache_data(name = "DEPTH_HANDLE")]
fn depth(x: u32) -> u32 {
    x.checked_sub(1).map_or(0, |less| 1 + depth(less))
}

#[test]
fn a_miss_costs_the_same_however_deep_it_stands() {
    const DEPTH: u32 = if cfg!(miri) { 60 } else { 60_000 };
    let end = end_of(|| {
        let deep = thread::Builder::new().stack_size(2 << 30).spawn(|| depth(DEPTH));
        deep.expect("there is room").join().expect("nothing panics")
    });
    assert_eq!((end, DEPTH_HANDLE.len()), (Ok(DEPTH), DEPTH as usize + 1));
}

static HAS_FAILED: AtomicBool = AtomicBool::new(false);

#[cache_data]
async fn fails_once(x: u32) -> Result<u32, NotClone> {
    tokio::task::yield_now().await;
    if HAS_FAILED.swap(true, Ordering::SeqCst) { Ok(x) } else { Err(NotClone) }
}

#[test]
fn a_waiter_that_nobody_polls_keeps_no_other_waiting() {
    let mut task = Context::from_waker(Waker::noop());
    let mut leader = Box::pin(fails_once(1));
    let mut idle = Box::pin(fails_once(1));
    assert!(leader.as_mut().poll(&mut task).is_pending() && idle.as_mut().poll(&mut task).is_pending());
    let (send, receive) = std::sync::mpsc::channel();
    let other = thread::spawn(move || {
        let mut other = std::pin::pin!(fails_once(1));
        assert!(other.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        send.send(()).expect("the test waits");
        end_of(|| futures::executor::block_on(fails_once(1)).ok())
    });
    receive.recv().expect("it waits");
    assert!(leader.as_mut().poll(&mut task).is_ready());
    assert_eq!(other.join().expect("nothing panics"), Ok(Some(1)));
    assert!(matches!(idle.as_mut().poll(&mut task), Poll::Ready(Ok(1))));
}

/// A call that is let go and given up before it knows lets another have its turn.
#[test]
fn who_gives_up_when_it_is_its_turn_passes_it_on() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    #[cache_data]
    async fn second_works() -> Result<u32, NotClone> {
        tokio::task::yield_now().await;
        if RUNS.fetch_add(1, Ordering::SeqCst) == 0 { Err(NotClone) } else { Ok(7) }
    }

    let mut task = Context::from_waker(Waker::noop());
    let mut calls: Vec<_> = (0..4).map(|_| Box::pin(second_works())).collect();
    assert!(calls.iter_mut().all(|call| call.as_mut().poll(&mut task).is_pending()));
    assert!(matches!(calls[0].as_mut().poll(&mut task), Poll::Ready(Err(NotClone))));
    // The second is to run it now.
    drop(calls.remove(1));
    assert!(calls[1].as_mut().poll(&mut task).is_pending());
    assert!(matches!(calls[1].as_mut().poll(&mut task), Poll::Ready(Ok(7))));
    assert!(matches!(calls[2].as_mut().poll(&mut task), Poll::Ready(Ok(7))));
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
    // Nobody is left whom a later call would wait for.
    SECOND_WORKS.clear();
    let mut calls: Vec<_> = (0..2).map(|_| Box::pin(second_works())).collect();
    assert!(calls.iter_mut().all(|call| call.as_mut().poll(&mut task).is_pending()));
    drop(calls);
    assert_eq!(futures::executor::block_on(second_works()).ok(), Some(7));
}
