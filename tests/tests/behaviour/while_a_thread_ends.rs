//! Calls from the destructors of a thread's own values are calls like others.

use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use cache_runtime::{Input, cache_data, emit, observe};

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

static LEADS: Barrier = Barrier::new(2);

#[cache_data]
fn long(x: u32) -> u32 {
    LEADS.wait();
    // Who met the body at the barrier is on its way to wait for it.
    thread::sleep(Duration::from_millis(50));
    x
}

/// One call of a key that another thread is about to load.
fn wait_for(x: u32) {
    thread::scope(|scope| {
        scope.spawn(move || long(x));
        LEADS.wait();
        assert_eq!(long(x), x);
    });
}

#[test]
fn a_call_may_wait_while_a_thread_ends() {
    struct WaitsWhenDropped;
    impl Drop for WaitsWhenDropped {
        fn drop(&mut self) {
            wait_for(2);
        }
    }
    thread_local!(static FIRST: WaitsWhenDropped = const { WaitsWhenDropped });
    let ended = thread::spawn(|| {
        FIRST.with(|_| ());
        // Whatever a thread has for waits is made here, and so is gone before what was made first.
        wait_for(1);
    });
    ended.join().expect("nothing panics");
    assert_eq!((LONG.stats().misses, LONG.stats().waits), (2, 2));
}

static ZOOM: Input<u32> = Input::new(|| 1);

#[derive(Debug, PartialEq)]
struct Seen(u32);

#[cache_data]
fn zoomed(x: u32) -> u32 {
    emit(Seen(x));
    x * ZOOM.get()
}

static EVENTS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[test]
fn what_a_body_reads_and_raises_then_is_written_down() {
    struct CallsWhenDropped(u32);
    impl Drop for CallsWhenDropped {
        fn drop(&mut self) {
            assert_eq!(zoomed(self.0), self.0);
        }
    }
    thread_local! {
        static FIRST: CallsWhenDropped = const { CallsWhenDropped(1) };
        static LAST: CallsWhenDropped = const { CallsWhenDropped(2) };
    }
    let ended = thread::spawn(|| {
        FIRST.with(|_| ());
        zoomed(0);
        LAST.with(|_| ());
    });
    ended.join().expect("nothing panics");
    let seen = |event: &Seen| EVENTS.lock().unwrap_or_else(PoisonError::into_inner).push(event.0);
    assert_eq!(observe(seen, || (zoomed(1), zoomed(2))), (1, 2));
    assert_eq!((ZOOMED.stats().misses, ZOOMED.stats().hits), (3, 2));
    assert_eq!(*EVENTS.lock().unwrap_or_else(PoisonError::into_inner), [1, 2]);
    ZOOM.set(10);
    assert_eq!((zoomed(1), zoomed(2)), (10, 20));
    ZOOM.set(1);
    assert_eq!((zoomed(1), ZOOMED.stats().misses), (1, 5));
}
