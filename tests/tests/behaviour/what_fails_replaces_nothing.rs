//! A load that keeps nothing takes nothing from those that began before it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use cache_runtime::{cache_data, refresh};

/// Has the first body wait until the test lets it go on.
struct Gate(Mutex<Option<(Sender<()>, Receiver<()>)>>);

impl Gate {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// What tells that the first body runs, and what lets it go on.
    fn set(&self) -> (Receiver<()>, Sender<()>) {
        let ((runs, is_running), (go_on, goes_on)) = (channel(), channel());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((runs, goes_on));
        (is_running, go_on)
    }

    fn pass(&self) {
        let gate = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((runs, goes_on)) = gate {
            runs.send(()).expect("the test waits");
            goes_on.recv().expect("the test lets it go on");
        }
    }
}

/// One call fails while another is under way; the other's value is kept.
fn fails_meanwhile(gate: &'static Gate, load: fn() -> Result<u32, String>, fail: impl FnOnce() -> bool) {
    let (is_running, go_on) = gate.set();
    let first = thread::spawn(load);
    is_running.recv().expect("the body runs");
    assert!(fail());
    go_on.send(()).expect("the body waits");
    assert_eq!(first.join().expect("nothing panics"), Ok(7));
}

static ALONE: Gate = Gate::new();
static ALONE_FAILS: AtomicBool = AtomicBool::new(false);

#[cache_data(single_flight = false, name = "ALONE_KEPT")]
fn alone() -> Result<u32, String> {
    if ALONE_FAILS.load(Ordering::SeqCst) {
        return Err("no".to_owned());
    }
    ALONE.pass();
    Ok(7)
}

#[test]
fn an_error_of_a_later_load_does_not_keep_an_earlier_value_from_being_kept() {
    fails_meanwhile(&ALONE, alone, || {
        ALONE_FAILS.store(true, Ordering::SeqCst);
        alone().is_err()
    });
    assert_eq!(ALONE_KEPT.entry().get(), Some(7));
}

static REFRESHED: Gate = Gate::new();
static REFRESH_FAILS: AtomicBool = AtomicBool::new(false);

#[cache_data(name = "REFRESHED_KEPT")]
fn refreshed() -> Result<u32, String> {
    if REFRESH_FAILS.load(Ordering::SeqCst) {
        return Err("no".to_owned());
    }
    REFRESHED.pass();
    Ok(7)
}

#[test]
fn nor_does_a_refresh_that_fails() {
    fails_meanwhile(&REFRESHED, refreshed, || {
        REFRESH_FAILS.store(true, Ordering::SeqCst);
        refresh(refreshed).is_err()
    });
    assert_eq!(REFRESHED_KEPT.entry().get(), Some(7));
}
