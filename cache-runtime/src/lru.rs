//! Bounds under which what was used longest ago goes first, exactly.
//!
//! moka could decide this too, but its maps and logs are made for many threads, while this is asked by one at a time: a
//! miss at a bound costs a third with the order in one linked map.

use hashlink::LinkedHashMap;

use crate::key::{BuildAlreadyHashed, Key};
use crate::options::Options;
use crate::policy::Ticket;

pub(crate) struct Lru {
    /// Last used last.
    entries: LinkedHashMap<Key, Ticket, BuildAlreadyHashed>,
    weight: u128,
    max_entries: u64,
    max_weight: u64,
}

impl Lru {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            entries: LinkedHashMap::default(),
            weight: 0,
            max_entries: options.max_entries.unwrap_or(u64::MAX),
            max_weight: options.max_bytes.unwrap_or(u64::MAX),
        }
    }

    pub(crate) fn admit(&mut self, key: Key, ticket: Ticket) {
        self.forget(&key);
        self.weight += u128::from(ticket.weight);
        self.entries.insert(key, ticket);
    }

    pub(crate) fn touch(&mut self, key: &Key) {
        self.entries.to_back(key);
    }

    pub(crate) fn forget(&mut self, key: &Key) {
        if let Some(ticket) = self.entries.remove(key) {
            self.weight -= u128::from(ticket.weight);
        }
    }

    /// Lets one go, if it is too much.
    pub(crate) fn pop_excess(&mut self) -> Option<(Key, Ticket)> {
        let is_excess = self.entries.len() as u64 > self.max_entries || self.weight > self.max_weight.into();
        let (key, ticket) = is_excess.then(|| self.entries.pop_front())??;
        self.weight -= u128::from(ticket.weight);
        Some((key, ticket))
    }
}
