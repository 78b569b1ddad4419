//! Which loads run, and which of them will be kept.
//!
//! A load is kept only if it still stands here when it ends. A clear strikes it out; so a clear wins against whatever
//! runs while it is made, without any counting of generations.

use std::collections::HashMap;
use std::sync::Arc;

use crate::branches::Branches;
use crate::flight::Flight;
use crate::kept::Kept;
use crate::key::{BuildAlreadyHashed, Key};
use crate::policy::Policy;

/// A load that nobody waits for.
struct Solo {
    keys: Keys,
    id: u64,
}

/// What a call goes by.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    /// Made of the arguments alone.
    pub(crate) base: Key,
    /// Made of what the body is known to read, too: that of the entry.
    pub(crate) full: Key,
}

#[derive(Default)]
pub(crate) struct Ledger {
    /// The loads that others may wait for.
    flights: HashMap<Key, Arc<Flight>, BuildAlreadyHashed>,
    /// The loads that run for themselves: refreshes, and all where `single_flight = false`.
    solos: Vec<Solo>,
    /// The ways to entries that depend on more than arguments.
    pub(crate) branches: Branches,
    /// What is kept here is for a session or a thread that is over.
    pub(crate) is_closed: bool,
    /// Built when the first entry needs it.
    pub(crate) policy: Option<Policy>,
}

impl Ledger {
    pub(crate) fn flight(&self, key: &Key) -> Option<&Arc<Flight>> {
        self.flights.get(key)
    }

    pub(crate) fn enter_flight(&mut self, keys: Keys, id: u64) -> Arc<Flight> {
        let flight = Arc::new(Flight::new(id, keys.base));
        self.flights.insert(keys.full, Arc::clone(&flight));
        flight
    }

    pub(crate) fn enter_solo(&mut self, keys: Keys, id: u64) {
        self.solos.push(Solo { keys, id });
    }

    /// Does this load stand here, so that what it makes would be kept?
    pub(crate) fn runs(&self, key: &Key, id: u64) -> bool {
        self.flights.get(key).is_some_and(|flight| flight.id == id) || self.solos.iter().any(|solo| solo.id == id)
    }

    /// Strikes a load out; is what it made to be kept?
    pub(crate) fn strike_out(&mut self, key: &Key, id: u64) -> bool {
        if self.flights.get(key).is_some_and(|flight| flight.id == id) {
            self.flights.remove(key);
            return !self.is_closed;
        }
        let place = self.solos.iter().position(|solo| solo.id == id);
        place.map(|place| self.solos.swap_remove(place)).is_some() && !self.is_closed
    }

    /// Whatever runs for these arguments is not to be kept.
    pub(crate) fn disown(&mut self, base: Key) {
        self.flights.retain(|_, flight| flight.base != base);
        self.solos.retain(|solo| solo.keys.base != base);
    }

    /// Whatever began for this key before the load with this id is not to be kept.
    pub(crate) fn disown_before(&mut self, key: &Key, id: u64) {
        if self.flights.get(key).is_some_and(|flight| flight.id < id) {
            self.flights.remove(key);
        }
        self.solos.retain(|solo| solo.keys.full != *key || solo.id > id);
    }

    /// An entry left: the way to it is not needed any more.
    pub(crate) fn prune(&mut self, kept: &Kept) {
        if let Ok(Some(recorded)) = kept.record.get() {
            self.branches.prune(recorded.base, &recorded.reads);
        }
    }

    /// Whatever runs is not to be kept.
    pub(crate) fn disown_all(&mut self) {
        self.flights.clear();
        self.solos.clear();
    }
}
