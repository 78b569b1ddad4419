//! What was found: counted, and told as far as there is room for it.

use std::fmt;
use std::io::{Write as _, stderr};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::watchdog;

/// So many of each sort are told.
const TOLD: u64 = 8;

static WRONG: AtomicU64 = AtomicU64::new(0);
static STALE: AtomicU64 = AtomicU64::new(0);
static DROPPED_TWICE: AtomicU64 = AtomicU64::new(0);

/// Calls that were answered with the panic that says so.
pub(crate) static RECURSIONS: AtomicU64 = AtomicU64::new(0);

fn found(count: &AtomicU64, sort: &str, what: fmt::Arguments<'_>) {
    if count.fetch_add(1, Ordering::SeqCst) < TOLD {
        let doing = watchdog::doing();
        // Nothing better can be done where standard error is closed.
        drop(writeln!(stderr(), "{sort}: {what}\n    in {doing}"));
    }
}

pub(crate) fn wrong(what: fmt::Arguments<'_>) {
    found(&WRONG, "wrong", what);
}

pub(crate) fn stale(what: fmt::Arguments<'_>) {
    found(&STALE, "stale", what);
}

pub(crate) fn dropped_twice() {
    found(&DROPPED_TWICE, "dropped twice", format_args!("a value"));
}

/// What there was of each sort.
pub(crate) struct Sum {
    pub(crate) wrong: u64,
    pub(crate) stale: u64,
    pub(crate) dropped_twice: u64,
}

pub(crate) fn sum() -> Sum {
    let of = |count: &AtomicU64| count.load(Ordering::SeqCst);
    Sum { wrong: of(&WRONG), stale: of(&STALE), dropped_twice: of(&DROPPED_TWICE) }
}
