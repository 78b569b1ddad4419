//! Threads that come and go.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::{findings, operations, random, room, watchdog};

/// So many at a time.
const AT_A_TIME: usize = 6;
const _: () = assert!(AT_A_TIME < watchdog::SLOTS);

pub(crate) static THREADS: AtomicU64 = AtomicU64::new(0);

static IS_OVER: AtomicBool = AtomicBool::new(false);

struct Farewell(Cell<bool>);

impl Drop for Farewell {
    fn drop(&mut self) {
        if self.0.get() {
            operations::farewell();
        }
    }
}

thread_local! {
    static FAREWELL: Farewell = const { Farewell(Cell::new(false)) };
}

/// Some threads end with cached calls, before or after what the library has of its own there is gone.
fn say_farewell_at_the_end() {
    FAREWELL.with(|farewell| farewell.0.set(true));
}

fn live(slot: usize, seed: u64) {
    let number = THREADS.fetch_add(1, Ordering::Relaxed) + 1;
    random::begin(seed, number);
    room::set_thread(number);
    watchdog::take_slot(slot);
    let farewell_from = random::below(6);
    for step in 0..random::below(400) {
        if IS_OVER.load(Ordering::Relaxed) {
            break;
        }
        if step == farewell_from {
            say_farewell_at_the_end();
        }
        operations::any();
    }
}

/// Runs threads for a while, then waits for all of them.
pub(crate) fn run_for(time: Duration, seed: u64) {
    thread::spawn(move || {
        thread::sleep(time);
        IS_OVER.store(true, Ordering::SeqCst);
    });
    let mut slots: [Option<JoinHandle<()>>; AT_A_TIME] = [const { None }; AT_A_TIME];
    let mut some_live = true;
    while some_live {
        some_live = false;
        for (slot, thread) in slots.iter_mut().enumerate() {
            if let Some(ended) = thread.take_if(|thread| thread.is_finished())
                && ended.join().is_err()
            {
                findings::wrong(format_args!("a thread ended with a panic"));
            }
            if thread.is_none() && !IS_OVER.load(Ordering::SeqCst) {
                *thread = Some(thread::spawn(move || live(slot, seed)));
            }
            some_live |= thread.is_some();
        }
        thread::sleep(Duration::from_micros(500));
    }
}
