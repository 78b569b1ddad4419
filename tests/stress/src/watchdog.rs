//! Says which operations hang, and ends the process.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};
use std::process::exit;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::operations::OPERATIONS;
use crate::world::Function;

/// An operation that lasts for so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);
/// Operations inside operations, as far as they are told.
const DEPTH: usize = 8;
pub(crate) const SLOTS: usize = 16;
const NO_SLOT: usize = usize::MAX;

/// What one thread does at the moment: one operation inside another.
struct Slot {
    depth: AtomicUsize,
    doing: [AtomicUsize; DEPTH],
    /// How many outermost operations it began and ended.
    steps: AtomicU64,
}

static ALL: [Slot; SLOTS] = [const {
    Slot { depth: AtomicUsize::new(0), doing: [const { AtomicUsize::new(0) }; DEPTH], steps: AtomicU64::new(0) }
}; SLOTS];

thread_local! {
    static MINE: Cell<usize> = const { Cell::new(NO_SLOT) };
}

/// What this thread does is noted in this slot from now on.
pub(crate) fn take_slot(slot: usize) {
    MINE.set(slot);
}

fn mine() -> Option<&'static Slot> {
    ALL.get(MINE.get())
}

/// How many operations are around this code.
pub(crate) fn depth() -> usize {
    mine().map_or(0, |slot| slot.depth.load(Ordering::Relaxed))
}

/// Notes that an operation goes on until this is dropped.
pub(crate) struct Doing(());

impl Doing {
    pub(crate) fn begin(operation: usize, function: Option<Function>) -> Self {
        if let Some(slot) = mine() {
            let depth = slot.depth.fetch_add(1, Ordering::Relaxed);
            if depth == 0 {
                slot.steps.fetch_add(1, Ordering::Relaxed);
            }
            if let Some(doing) = slot.doing.get(depth) {
                doing.store(operation << 16 | function.map_or(0, |function| function as usize + 1), Ordering::Relaxed);
            }
        }
        Self(())
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        if let Some(slot) = mine()
            && slot.depth.fetch_sub(1, Ordering::Relaxed) == 1
        {
            slot.steps.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Slot {
    fn describe(&self) -> String {
        let mut text = String::new();
        let depth = self.depth.load(Ordering::Relaxed);
        for doing in self.doing.iter().take(depth) {
            let doing = doing.load(Ordering::Relaxed);
            let function = (doing & 0xFFFF).checked_sub(1).map_or("", |function| Function::ALL[function].name());
            let arrow = if text.is_empty() { "" } else { " > " };
            // Writing to a `String` does not fail.
            _ = write!(text, "{arrow}{} {function}", OPERATIONS.name(doing >> 16));
        }
        text
    }
}

/// What this thread does, in words.
pub(crate) fn doing() -> String {
    mine().map(Slot::describe).filter(|text| !text.is_empty()).unwrap_or_else(|| "no operation".to_owned())
}

/// Watches all slots from a thread of its own, for as long as the process lives.
pub(crate) fn watch() {
    thread::spawn(|| {
        let mut seen = [0; SLOTS];
        loop {
            thread::sleep(PATIENCE);
            let mut hanging = Vec::new();
            for (seen, (place, slot)) in seen.iter_mut().zip(ALL.iter().enumerate()) {
                let steps = slot.steps.load(Ordering::Relaxed);
                if steps == *seen && slot.depth.load(Ordering::Relaxed) > 0 {
                    hanging.push(format!("  thread {place}: {}\n", slot.describe()));
                }
                *seen = steps;
            }
            if !hanging.is_empty() {
                drop(writeln!(stderr(), "stress: no progress for {PATIENCE:?} in\n{}", hanging.concat()));
                exit(3);
            }
        }
    });
}
