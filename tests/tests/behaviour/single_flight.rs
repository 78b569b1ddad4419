use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::cache_data;

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cache_data]
fn slow(x: u32) -> u32 {
    RUNS.fetch_add(1, Ordering::Relaxed);
    thread::sleep(Duration::from_millis(20));
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
    thread::sleep(Duration::from_millis(50));
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
    thread::sleep(Duration::from_millis(20));
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
    thread::sleep(Duration::from_millis(20));
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

#[cache_data]
fn at_the_end(x: u32) -> u32 {
    x + 1
}

#[test]
fn a_call_may_be_made_while_a_thread_ends() {
    struct CallsWhenDropped;
    impl Drop for CallsWhenDropped {
        fn drop(&mut self) {
            assert_eq!((at_the_end(1), at_the_end(1), at_the_end(2)), (2, 2, 3));
        }
    }
    thread_local!(static LAST: CallsWhenDropped = const { CallsWhenDropped });
    let prepare = || LAST.with(|_| ());
    let call = || assert_eq!(at_the_end(0), 1);
    // What a thread made last is dropped first: in one of the two orders the caches' own state is gone already.
    for order in [[&prepare as &(dyn Fn() + Sync), &call], [&call, &prepare]] {
        thread::scope(|scope| scope.spawn(|| order.map(|step| step())).join().expect("nothing panics"));
    }
    // `scope` does not wait for a thread's values to be dropped, so the last thread is joined in the other way.
    let ended = thread::spawn(|| LAST.with(|_| ()));
    ended.join().expect("nothing panics");
    assert_eq!(AT_THE_END.entry(2).get(), Some(3));
}
