//! Which loads run, and which of them will be kept.
//!
//! A load is kept only if it still stands here when it ends. A clear strikes it out; so a clear wins against whatever
//! runs while it is made, without any counting of generations.

use std::collections::HashMap;
use std::sync::Arc;

use crate::flight::Flight;
use crate::key::{BuildAlreadyHashed, Key};
use crate::policy::Policy;

#[derive(Default)]
pub(crate) struct Ledger {
    /// The loads that others may wait for.
    flights: HashMap<Key, Arc<Flight>, BuildAlreadyHashed>,
    /// The loads that run for themselves: refreshes, and all where `single_flight = false`.
    solos: Vec<(Key, u64)>,
    /// Built when the first entry needs it.
    pub(crate) policy: Option<Policy>,
}

impl Ledger {
    pub(crate) fn flight(&self, key: &Key) -> Option<&Arc<Flight>> {
        self.flights.get(key)
    }

    pub(crate) fn enter_flight(&mut self, key: Key, id: u64) -> Arc<Flight> {
        let flight = Arc::new(Flight::new(id));
        self.flights.insert(key, Arc::clone(&flight));
        flight
    }

    pub(crate) fn enter_solo(&mut self, key: Key, id: u64) {
        self.solos.push((key, id));
    }

    /// Does this load stand here, so that what it makes would be kept?
    pub(crate) fn runs(&self, key: &Key, id: u64) -> bool {
        self.flights.get(key).is_some_and(|flight| flight.id == id) || self.solos.contains(&(*key, id))
    }

    /// Strikes a load out; was it still there?
    pub(crate) fn strike_out(&mut self, key: &Key, id: u64) -> bool {
        if self.flights.get(key).is_some_and(|flight| flight.id == id) {
            self.flights.remove(key);
            return true;
        }
        let place = self.solos.iter().position(|solo| *solo == (*key, id));
        place.map(|place| self.solos.swap_remove(place)).is_some()
    }

    /// Whatever runs for this key is not to be kept.
    pub(crate) fn disown(&mut self, key: &Key) {
        self.flights.remove(key);
        self.solos.retain(|(solo, _)| solo != key);
    }

    /// Whatever began for this key before the load with this id is not to be kept.
    pub(crate) fn disown_before(&mut self, key: &Key, id: u64) {
        if self.flights.get(key).is_some_and(|flight| flight.id < id) {
            self.flights.remove(key);
        }
        self.solos.retain(|&(solo, solo_id)| solo != *key || solo_id > id);
    }

    /// Whatever runs is not to be kept.
    pub(crate) fn disown_all(&mut self) {
        self.flights.clear();
        self.solos.clear();
    }
}
