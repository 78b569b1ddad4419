//! Code of the user runs where nothing is locked and nobody waits: it may call whatever it likes.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{cache_data, cache_resource};

/// Runs `f` on a thread of its own: it must come to an end.
#[track_caller]
fn does_not_hang<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    let (send, receive) = channel();
    let thread = thread::spawn(move || send.send(f()));
    let result = receive.recv_timeout(Duration::from_secs(5));
    if let Ok(result) = result {
        return result;
    }
    match thread.join() {
        Err(panic) => std::panic::resume_unwind(panic),
        Ok(_) => panic!("it hangs"),
    }
}

static VALID: AtomicBool = AtomicBool::new(true);

#[cache_resource(validate = |_| VALID.swap(true, Ordering::SeqCst), on_release = |x| drop(connection(**x)))]
fn connection(x: u32) -> Arc<u32> {
    Arc::new(x)
}

#[test]
fn on_release_of_an_invalid_value_may_make_the_same_call() {
    does_not_hang(|| {
        connection(1);
        VALID.store(false, Ordering::SeqCst);
        assert_eq!(*connection(1), 1);
    });
}

static BODIES: AtomicU32 = AtomicU32::new(0);

#[cache_resource(validate = |_| false, on_release = |_| drop(never_valid()))]
fn never_valid() -> Arc<u32> {
    Arc::new(BODIES.fetch_add(1, Ordering::SeqCst))
}

#[test]
fn a_call_from_on_release_that_would_go_round_for_ever_ends() {
    does_not_hang(|| {
        never_valid();
        never_valid();
    });
    assert_eq!(BODIES.load(Ordering::SeqCst), 2);
}

#[derive(Clone)]
struct CallsWhenDropped;

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::SeqCst);
        if DROPS.load(Ordering::SeqCst) < 50 {
            EXPIRING.len();
            EXPIRING.entry(2).clear();
        }
    }
}

static DROPS: AtomicU32 = AtomicU32::new(0);

#[cache_data(ttl = "1s", max_entries = 2)]
fn expiring(x: u32) -> CallsWhenDropped {
    assert!(x < 100);
    CallsWhenDropped
}

#[test]
fn the_drop_of_data_may_use_the_function_it_comes_from() {
    does_not_hang(|| {
        let clock = Clock::new();
        clock.enter(|| {
            for x in 0..5 {
                drop(expiring(x));
            }
            clock.advance(Duration::from_secs(1));
            for x in 0..5 {
                drop(expiring(x));
            }
            EXPIRING.clear();
        });
    });
    assert!(DROPS.load(Ordering::SeqCst) > 5);
}

#[derive(Clone)]
struct SlowClone(#[expect(dead_code, reason = "its drop is watched")] Arc<()>, Option<&'static (Barrier, Barrier)>);

static READING: (Barrier, Barrier) = (Barrier::new(2), Barrier::new(2));
static CELLS: std::sync::Mutex<Vec<std::sync::Weak<()>>> = std::sync::Mutex::new(Vec::new());

struct Read(SlowClone);

impl Clone for Read {
    fn clone(&self) -> Self {
        if let Some((begin, end)) = self.0.1
            && ARMED.load(Ordering::SeqCst)
        {
            begin.wait();
            end.wait();
        }
        Self(self.0.clone())
    }
}

static ARMED: AtomicBool = AtomicBool::new(false);

#[cache_data]
fn watched(x: u32) -> Read {
    let alive = Arc::new(());
    CELLS.lock().expect("nothing panics here").push(Arc::downgrade(&alive));
    Read(SlowClone(alive, (x == 1).then_some(&READING)))
}

#[test]
fn what_is_cleared_is_dropped_though_somebody_reads_another_value() {
    does_not_hang(|| {
        drop(watched(1));
        drop(watched(2));
        ARMED.store(true, Ordering::SeqCst);
        thread::scope(|scope| {
            let reader = scope.spawn(|| drop(watched(1)));
            READING.0.wait();
            WATCHED.entry(2).clear();
            let alive = |x: usize| CELLS.lock().expect("nothing panics here")[x].upgrade().is_some();
            assert!(alive(0) && !alive(1));
            ARMED.store(false, Ordering::SeqCst);
            READING.1.wait();
            reader.join().expect("nothing panics");
        });
    });
}

static INSIDE: Barrier = Barrier::new(2);

#[cache_resource(max_entries = 1, on_release = |x| if **x == 3 { drop(circle(2)) })]
fn circle(x: u32) -> Arc<u32> {
    match x {
        1 => {
            INSIDE.wait();
            thread::sleep(Duration::from_millis(30));
        }
        2 => {
            INSIDE.wait();
            circle(1);
        }
        _ => {}
    }
    Arc::new(x)
}

#[test]
fn on_release_may_wait_for_a_body_that_waits_for_the_load_that_released() {
    does_not_hang(|| {
        circle(3);
        thread::scope(|scope| {
            scope.spawn(|| circle(1));
            scope.spawn(|| circle(2));
        });
    });
}

static SLOWLY: AtomicU32 = AtomicU32::new(0);

#[cache_resource(max_entries = 1, on_release = |_| { thread::sleep(Duration::from_millis(500)); SLOWLY.fetch_add(1, Ordering::SeqCst); })]
fn released_slowly(x: u32, _running: &Barrier) -> Arc<u32> {
    if x == 2 {
        _running.wait();
        thread::sleep(Duration::from_millis(30));
    }
    Arc::new(x)
}

#[test]
fn waiters_do_not_wait_for_what_leaves() {
    let running = Barrier::new(2);
    released_slowly(1, &running);
    thread::scope(|scope| {
        scope.spawn(|| released_slowly(2, &running));
        running.wait();
        released_slowly(2, &running);
        assert_eq!(SLOWLY.load(Ordering::SeqCst), 0, "the value of 1 has not been released yet");
    });
}

static DOWN: AtomicBool = AtomicBool::new(false);

#[cache_data(ttl = "1s", stale_if_error = "1h")]
fn quoted(_running: &Barrier) -> Result<u32, String> {
    if DOWN.load(Ordering::SeqCst) {
        _running.wait();
        _running.wait();
        return Err("down".into());
    }
    Ok(1)
}

#[test]
fn a_clear_takes_the_fallback_of_a_running_body_with_it() {
    let (clock, running) = (Clock::new(), Barrier::new(2));
    assert_eq!(clock.enter(|| quoted(&running)), Ok(1));
    clock.advance(Duration::from_secs(2));
    DOWN.store(true, Ordering::SeqCst);
    thread::scope(|scope| {
        let call = scope.spawn(|| clock.enter(|| quoted(&running)));
        running.wait();
        QUOTED.clear();
        running.wait();
        assert_eq!(call.join().ok(), Some(Err("down".into())));
    });
}
