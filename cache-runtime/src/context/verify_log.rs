//! What verification has found so far.

use std::collections::HashSet;
use std::mem;

use parking_lot::Mutex;

use crate::observe::mismatch::{Mismatch, Verification};

#[derive(Default)]
pub(crate) struct VerifyLog(Mutex<Found>);

#[derive(Default)]
struct Found {
    verification: Verification,
    /// The entries that were verified, or are, by their ids.
    begun: HashSet<u64>,
}

impl VerifyLog {
    /// An entry is about to be verified; `false` if that was begun before.
    pub(crate) fn begin(&self, entry: u64) -> bool {
        self.0.lock().begun.insert(entry)
    }

    /// Nobody can tell whether it is the same.
    pub(crate) fn is_not_comparable(&self) {
        self.0.lock().verification.not_comparable += 1;
    }

    pub(crate) fn compared(&self, mismatch: Option<Mismatch>) {
        let verification = &mut self.0.lock().verification;
        verification.compared += 1;
        verification.mismatches.extend(mismatch);
    }

    pub(crate) fn take(&self) -> Verification {
        mem::take(&mut self.0.lock().verification)
    }
}
