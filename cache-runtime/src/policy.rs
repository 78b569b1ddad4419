//! What lives: bounds and lifetimes.
//!
//! Asked nothing on a hit: it is told of uses from time to time (see [`Recency`](crate::recency::Recency)) and says
//! which entries are to go. Only the ledger's holder asks, so it needs no locks of its own.

use std::collections::BTreeSet;

use hashlink::LinkedHashMap;

use crate::clock::Moment;
use crate::key::{BuildAlreadyHashed, Key};
use crate::options::{Eviction, Options};
use crate::tiny_lfu::TinyLfu;

/// What is known here of an entry.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    pub(crate) weight: u64,
    /// When it should be looked at, because its lifetime may be over.
    pub(crate) deadline: Moment,
}

/// In the order of their last uses.
pub(crate) type Entries = LinkedHashMap<Key, Ticket, BuildAlreadyHashed>;

pub(crate) struct Policy {
    /// What lives.
    entries: Entries,
    weight: u128,
    max_entries: u64,
    max_weight: u64,
    /// Those of entries that have one.
    deadlines: BTreeSet<(Moment, Key)>,
    /// Decides what goes in place of the order of uses.
    tiny_lfu: Option<TinyLfu>,
}

impl Policy {
    pub(crate) fn new(options: &Options) -> Self {
        let is_tiny_lfu = options.has_bounds() && options.eviction == Eviction::TinyLfu;
        Self {
            entries: LinkedHashMap::default(),
            weight: 0,
            max_entries: options.max_entries.unwrap_or(u64::MAX),
            max_weight: options.max_bytes.unwrap_or(u64::MAX),
            deadlines: BTreeSet::new(),
            tiny_lfu: is_tiny_lfu.then(|| TinyLfu::new(options.max_entries, options.max_bytes)),
        }
    }

    /// A new or a replaced entry.
    pub(crate) fn admit(&mut self, key: Key, ticket: Ticket) {
        if let Some(before) = self.entries.insert(key, ticket) {
            self.leave(&key, before);
        }
        self.weight += u128::from(ticket.weight);
        if ticket.deadline != Moment::NEVER {
            self.deadlines.insert((ticket.deadline, key));
        }
        if let Some(tiny_lfu) = &mut self.tiny_lfu {
            tiny_lfu.admit(key, ticket.weight);
        }
    }

    fn leave(&mut self, key: &Key, ticket: Ticket) {
        self.weight -= u128::from(ticket.weight);
        if ticket.deadline != Moment::NEVER {
            self.deadlines.remove(&(ticket.deadline, *key));
        }
    }

    /// An entry that left.
    pub(crate) fn forget(&mut self, key: &Key) {
        if let Some(ticket) = self.entries.remove(key) {
            self.leave(key, ticket);
            if let Some(tiny_lfu) = &self.tiny_lfu {
                tiny_lfu.forget(key);
            }
        }
    }

    /// Entries that were used, in this order.
    pub(crate) fn touch(&mut self, keys: &[Key]) {
        for key in keys {
            self.entries.to_back(key);
        }
        if let Some(tiny_lfu) = &mut self.tiny_lfu {
            tiny_lfu.touch(keys);
        }
    }

    /// Have entries had lifetimes that are not over?
    pub(crate) fn has_lifetimes(&self) -> bool {
        !self.deadlines.is_empty()
    }

    /// An entry whose deadline has passed.
    pub(crate) fn due(&self, now: Moment) -> Option<Key> {
        self.deadlines.first().filter(|(deadline, _)| *deadline <= now).map(|&(_, key)| key)
    }

    /// It was used since: it is to be looked at later.
    pub(crate) fn postpone(&mut self, key: Key, deadline: Moment) {
        if let Some(ticket) = self.entries.get_mut(&key) {
            self.deadlines.remove(&(ticket.deadline, key));
            ticket.deadline = deadline;
            self.deadlines.insert((deadline, key));
        }
    }

    /// Is more there than the bounds allow, and is it worth while to do something about it?
    pub(crate) fn is_over_bounds(&self) -> bool {
        // moka lets go of several at once for little more than of one.
        let slack = |max: u64| if self.tiny_lfu.is_some() { max.saturating_add(max / 64) } else { max };
        self.entries.len() as u64 > slack(self.max_entries) || self.weight > slack(self.max_weight).into()
    }

    /// Lets go what is too much.
    pub(crate) fn take_excess(&mut self) -> Vec<Key> {
        let mut excess = Vec::new();
        if let Some(tiny_lfu) = &mut self.tiny_lfu {
            excess.extend(tiny_lfu.take_gone(&self.entries));
            for key in &excess {
                if let Some(ticket) = self.entries.remove(key) {
                    self.leave(key, ticket);
                }
            }
        } else {
            while self.is_over_bounds()
                && let Some((key, ticket)) = self.entries.pop_front()
            {
                self.leave(&key, ticket);
                excess.push(key);
            }
        }
        excess
    }
}
