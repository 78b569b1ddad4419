//! What verification has found so far.

use std::collections::HashSet;
use std::mem;

use parking_lot::Mutex;

use crate::observe::mismatch::{Mismatch, Verification};

#[derive(Default)]
pub(crate) struct VerifyLog {
    found: Mutex<Found>,
    /// It is that of one hit, in a process of which all hits are verified, or some.
    pub(crate) is_of_one: bool,
}

#[derive(Default)]
struct Found {
    verification: Verification,
    /// The entries that were verified, or are, by their ids.
    begun: HashSet<u64>,
}

impl VerifyLog {
    pub(crate) fn of_one() -> Self {
        Self { is_of_one: true, ..Self::default() }
    }

    /// An entry is looked at; `false` if it was before.
    pub(crate) fn begin(&self, entry: u64) -> bool {
        self.found.lock().begun.insert(entry)
    }

    /// Nobody can tell whether it is the same.
    pub(crate) fn is_not_comparable(&self) {
        self.found.lock().verification.not_comparable += 1;
    }

    pub(crate) fn compared(&self, mismatch: Option<Mismatch>) {
        let verification = &mut self.found.lock().verification;
        verification.compared += 1;
        verification.mismatches.extend(mismatch);
    }

    pub(crate) fn take(&self) -> Verification {
        mem::take(&mut self.found.lock().verification)
    }
}
