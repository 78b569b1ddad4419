//! The recorder of metrics is the user's code: it is told when nothing is locked.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use cache_runtime::{CACHE_DATA, cache_data};
use metrics::{
    Counter, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, with_local_recorder,
};

static IS_CALLING: AtomicBool = AtomicBool::new(false);

/// Calls what changed whenever it is told of it, and panics.
struct CallsBack;

impl CallsBack {
    fn call() {
        if !IS_CALLING.swap(true, Ordering::SeqCst) {
            assert_eq!((told(100), TOLD.is_empty(), TOLD.entry(100).get()), (100, false, Some(100)));
            TOLD.entry(100).clear();
            IS_CALLING.store(false, Ordering::SeqCst);
            panic!("a recorder that panics");
        }
    }
}

impl GaugeFn for CallsBack {
    fn increment(&self, _: f64) {}
    fn decrement(&self, _: f64) {}
    fn set(&self, _: f64) {
        Self::call();
    }
}

impl Recorder for CallsBack {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.name() == "cache_evictions_total" {
            Self::call();
        }
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Arc::new(Self))
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[cache_data(max_entries = 2)]
fn told(x: u32) -> u32 {
    x
}

#[test]
fn a_recorder_may_call_what_it_is_told_of_and_may_panic() {
    let (send, receive) = channel();
    thread::spawn(move || {
        with_local_recorder(&CallsBack, || {
            for x in 0..10 {
                assert_eq!(told(x), x);
            }
            TOLD.clear();
            CACHE_DATA.clear();
            send.send(TOLD.len()).expect("the test waits");
        });
    });
    assert_eq!(receive.recv_timeout(Duration::from_secs(20)), Ok(0));
}
