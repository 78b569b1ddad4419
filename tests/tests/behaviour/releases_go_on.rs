//! What leaves is let go whatever panics on the way, be it a panic whose own value panics when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use cache_runtime::{cache_data, cache_resource, emit, observe};
use cache_tests::{Alive, end_of, panic_twice};

static DROPS: AtomicU32 = AtomicU32::new(0);
static ALIVE: AtomicU32 = AtomicU32::new(0);
static IS_ARMED: AtomicBool = AtomicBool::new(false);

/// Panics twice when it is dropped by the cache.
#[derive(Clone)]
struct Trap(#[expect(dead_code, reason = "counts itself")] Arc<Alive>);

impl Drop for Trap {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::SeqCst);
        if IS_ARMED.load(Ordering::SeqCst) && !std::thread::panicking() {
            panic_twice();
        }
    }
}

#[cache_data]
fn traps(x: u32) -> Trap {
    assert!(x < 100);
    Trap(Arc::new(Alive::new(&ALIVE)))
}

#[test]
fn a_drop_that_panics_with_what_panics_does_not_keep_the_rest() {
    for x in 0..10 {
        // Often enough that each is known to a thread's table.
        for _ in 0..if cfg!(miri) { 40 } else { 2_000 } {
            drop(traps(x));
        }
    }
    assert_eq!(ALIVE.load(Ordering::SeqCst), 10);
    DROPS.store(0, Ordering::SeqCst);
    IS_ARMED.store(true, Ordering::SeqCst);
    let end = end_of(|| TRAPS.clear());
    IS_ARMED.store(false, Ordering::SeqCst);
    assert_eq!(end, Ok(()));
    assert_eq!((ALIVE.load(Ordering::SeqCst), DROPS.load(Ordering::SeqCst)), (0, 10));
}

static RELEASED: AtomicU32 = AtomicU32::new(0);

#[cache_resource(on_release = |_| { RELEASED.fetch_add(1, Ordering::SeqCst); panic_twice(); })]
fn told(x: u32) -> Arc<u32> {
    Arc::new(x)
}

#[test]
fn an_on_release_that_panics_with_what_panics_does_not_keep_others_from_being_told() {
    let kept: Vec<_> = (0..10).map(told).collect();
    assert_eq!(end_of(|| TOLD.clear()), Ok(()));
    assert_eq!(RELEASED.load(Ordering::SeqCst), 10);
    assert!(kept.iter().all(|value| Arc::strong_count(value) == 1));
}

#[derive(Clone)]
struct Event;

impl Drop for Event {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic_twice();
        }
    }
}

static ALIVE_BESIDE: AtomicU32 = AtomicU32::new(0);

#[cache_data]
fn raises(x: u32) -> (u32, Alive) {
    emit(Event);
    emit(Event);
    (x, Alive::new(&ALIVE_BESIDE))
}

#[test]
fn an_event_whose_drop_panics_does_not_keep_values_alive() {
    let mut seen = 0;
    observe(|_: &Event| seen += 1, || (0..5).for_each(|x| drop(raises(x))));
    assert_eq!((seen, ALIVE_BESIDE.load(Ordering::SeqCst)), (10, 5));
    assert_eq!(end_of(|| RAISES.clear()), Ok(()));
    assert_eq!(ALIVE_BESIDE.load(Ordering::SeqCst), 0);
}

struct PanicsWhenWoken;

impl Wake for PanicsWhenWoken {
    fn wake(self: Arc<Self>) {
        panic_twice();
    }
}

#[cache_data]
async fn awaited() -> u32 {
    tokio::task::yield_now().await;
    1
}

#[test]
fn a_waker_that_panics_with_what_panics_costs_no_one_else_the_wake_up() {
    let end = end_of(|| {
        let mut task = Context::from_waker(Waker::noop());
        let (mut leader, mut others) = (Box::pin(awaited()), [Box::pin(awaited()), Box::pin(awaited())]);
        assert!(leader.as_mut().poll(&mut task).is_pending());
        let waker = Waker::from(Arc::new(PanicsWhenWoken));
        for other in &mut others {
            assert!(other.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        assert_eq!(leader.as_mut().poll(&mut task), Poll::Ready(1));
        others.map(|mut other| other.as_mut().poll(&mut task))
    });
    assert_eq!(end, Ok([Poll::Ready(1); 2]));
}
