//! Where the cache runs the user's code nothing is locked and nobody is kept waiting: it may call whatever it likes, on
//! whatever thread.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Barrier, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use cache_runtime::{Input, cache_data, emit};
use cache_tests::end_of;
use serde::{Serialize, Serializer};

/// Looks at the function that it is a value of when it is dropped, from another thread too.
#[derive(Clone)]
struct Heavy;

impl Drop for Heavy {
    fn drop(&mut self) {
        assert!(HEAVY.len() <= 1);
        thread::scope(|scope| scope.spawn(|| HEAVY.entry(2).clear()).join().expect("nothing panics"));
    }
}

#[cache_data(max_bytes = 10, weigh = |_| 11)]
fn heavy(x: u32) -> Heavy {
    assert!(x < 10);
    Heavy
}

#[test]
fn what_is_too_heavy_to_be_kept_is_dropped_with_nothing_locked() {
    let end = end_of(|| {
        HEAVY.entry(1).insert(Heavy);
        drop(heavy(1));
        HEAVY.len()
    });
    assert_eq!(end, Ok(0));
}

static LOOKED: AtomicU32 = AtomicU32::new(0);

/// A value of an input that uses the function which reads it when it is dropped.
#[derive(Clone)]
struct Setting(u32);

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        READS_SETTING.len();
        LOOKED.fetch_add(1, Ordering::Relaxed);
    }
}

static SETTING: Input<Setting> = Input::new(|| Setting(0));

#[cache_data(max_entries = 3)]
fn reads_setting(x: u32) -> u32 {
    x + SETTING.get().0
}

#[test]
fn what_an_input_was_set_to_is_dropped_with_nothing_locked() {
    const CHANGES: u32 = if cfg!(miri) { 30 } else { 3_000 };
    let end = end_of(|| {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for x in 0..2 {
                let is_over = &is_over;
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        reads_setting(x);
                    }
                });
            }
            for value in 0..CHANGES {
                SETTING.set(Setting(value % 5));
            }
            is_over.store(true, Ordering::Relaxed);
        });
    });
    assert_eq!(end, Ok(()));
    assert!(LOOKED.load(Ordering::Relaxed) >= CHANGES);
}

static COUNTER: Input<u32> = Input::new(|| 0);

/// Reads what reads when it is dropped.
struct Event;

impl Drop for Event {
    fn drop(&mut self) {
        COUNTER.get();
        emit(1_u8);
    }
}

#[cache_data]
fn torn() -> u32 {
    emit(Event);
    COUNTER.get();
    COUNTER.set(COUNTER.get() + 1);
    COUNTER.get()
}

#[test]
fn events_of_a_body_that_is_not_kept_are_dropped_with_nothing_locked() {
    assert_eq!(end_of(|| (torn(), torn())), Ok((1, 2)));
    assert_eq!(TORN.len(), 0);
}

static MET: Barrier = Barrier::new(2);
static IS_FIRST: AtomicBool = AtomicBool::new(true);

fn seconds() -> Duration {
    if IS_FIRST.swap(false, Ordering::SeqCst) {
        // Until another thread has called the function, too.
        MET.wait();
    }
    Duration::from_secs(60)
}

#[cache_data(ttl = seconds())]
fn with_options(x: u32) -> u32 {
    x
}

#[test]
fn expressions_of_options_keep_no_other_thread_waiting() {
    let end = end_of(|| {
        let first = thread::spawn(|| with_options(1));
        while IS_FIRST.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        let second = with_options(2);
        MET.wait();
        (first.join().expect("nothing panics"), second)
    });
    assert_eq!(end, Ok((1, 2)));
    assert_eq!(WITH_OPTIONS.len(), 2);
}

static IS_MADE: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());
static IS_FIRST_VALUE: AtomicBool = AtomicBool::new(true);

static SLOW: Input<u32> = Input::new(|| {
    if IS_FIRST_VALUE.swap(false, Ordering::SeqCst) {
        let made = IS_MADE.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(IS_MADE.1.wait_while(made, |made| !*made).unwrap_or_else(PoisonError::into_inner));
    }
    7
});

#[test]
fn the_initial_value_of_an_input_keeps_no_other_thread_waiting() {
    let end = end_of(|| {
        let first = thread::spawn(|| SLOW.get());
        while IS_FIRST_VALUE.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        let second = SLOW.get();
        *IS_MADE.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        IS_MADE.1.notify_all();
        (first.join().expect("nothing panics"), second)
    });
    assert_eq!(end, Ok((7, 7)));
}
