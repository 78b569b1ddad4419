//! Clears that could not be written: what they struck out is not served here, and they are tried again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::nonces::Nonce;
use super::opened::Opened;

/// More are taken together as a clear of everything.
const MOST: usize = 4_096;
/// They are tried again after so long.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Strikes {
    are_there: AtomicBool,
    unwritten: Mutex<Unwritten>,
}

#[derive(Default)]
struct Unwritten {
    nonces: BTreeSet<Nonce>,
    tried: Option<Instant>,
}

impl Strikes {
    pub(super) fn remember(&self, nonce: Nonce) {
        let mut unwritten = self.unwritten.lock();
        if unwritten.nonces.len() >= MOST {
            unwritten.nonces.clear();
            unwritten.nonces.insert(Nonce::ALL);
        }
        unwritten.nonces.insert(nonce);
        self.are_there.store(true, Ordering::SeqCst);
    }

    /// May anything be served that stands under these nonces? What can be written by now is.
    pub(super) fn allow(&self, opened: &Opened, mut nonces: impl Iterator<Item = Nonce>) -> bool {
        if !self.are_there.load(Ordering::SeqCst) {
            return true;
        }
        // Somebody tries just now.
        let Some(mut unwritten) = self.unwritten.try_lock() else { return false };
        if unwritten.tried.is_none_or(|tried| tried.elapsed() >= PAUSE) {
            // Those that were written before the file was replaced went with the old one.
            unwritten.nonces.retain(|nonce| opened.nonces.renew(*nonce).is_err() || !opened.is_current());
            unwritten.tried = Some(Instant::now());
            self.are_there.store(!unwritten.nonces.is_empty(), Ordering::SeqCst);
        }
        !nonces.any(|nonce| unwritten.nonces.contains(&nonce))
    }

    /// Those of a process that was just forked.
    pub(super) fn of_fork(&self) -> Self {
        // A lock that is held will be for ever: then all counts as struck out.
        let nonces = self.unwritten.try_lock().map_or([Nonce::ALL].into(), |unwritten| unwritten.nonces.clone());
        let are_there = AtomicBool::new(!nonces.is_empty());
        Self { are_there, unwritten: Mutex::new(Unwritten { nonces, tried: None }) }
    }
}
