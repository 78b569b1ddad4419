//! The policy: which entries stay, by bounds and lifetimes.
//!
//! Asked nothing on a hit: it is told of uses from time to time (see [`Recency`](crate::store::eviction::recency::Recency)) and says
//! which entries are to go. Only the state's holder asks, so it needs no locks of its own.

use std::collections::BTreeSet;

use hashlink::LinkedHashMap;

use crate::key::Key;
use crate::store::eviction::tiny_lfu::TinyLfu;
use crate::store::eviction::uses::{Entries, Ticket, Used};
use crate::store::options::{Eviction, Options};
use crate::sys::moment::Moment;

pub(crate) struct Policy {
    /// The entries that stay.
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
            tiny_lfu: if is_tiny_lfu { TinyLfu::new(options.max_entries, options.max_bytes) } else { None },
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

    /// The entries that stay, in the order of their last uses.
    pub(crate) fn tickets(&self) -> impl Iterator<Item = (Key, Ticket)> {
        self.entries.iter().map(|(key, ticket)| (*key, *ticket))
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

    /// When these were used, for [`Ticket::used`].
    pub(crate) fn stamp(&mut self, used: &Used) {
        for (key, stamp) in used.keys.iter().zip(&used.stamps) {
            if let Some(ticket) = self.entries.get_mut(key) {
                ticket.used = *stamp;
            }
        }
    }

    /// When the entry was used that was used longest ago; `u64::MAX` if there is none, or if all of them weigh nothing:
    /// then there is no room to be made here.
    pub(crate) fn oldest(&self) -> u64 {
        self.entries.front().filter(|_| self.weight > 0).map_or(u64::MAX, |(_, ticket)| ticket.used)
    }

    /// That entry, if it was used no later than this.
    pub(crate) fn oldest_up_to(&self, used: u64) -> Option<Key> {
        self.entries.front().filter(|(_, ticket)| ticket.used <= used).map(|(key, _)| *key)
    }

    /// The sum of all weights, for the sum over many stores: it must never be too small, whatever a `weigh` says.
    pub(crate) fn weight(&self) -> u64 {
        const MOST: u64 = 1 << 44;
        u64::try_from(self.weight).unwrap_or(MOST).min(MOST)
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

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    fn options(eviction: Eviction) -> Options {
        Options { max_entries: Some(40), max_bytes: Some(300), eviction, ..Options::DEFAULT }
    }

    /// miri takes some ten thousand times as long.
    const STEPS: usize = if cfg!(miri) { 400 } else { 20_000 };

    /// A use, a newcomer or a removal, each of one of few keys, as a fixed seed has it.
    fn run(policy: &mut Policy, mut after_each: impl FnMut(&Policy, Key, &[Key])) {
        let mut random = 1_u64;
        for _ in 0..STEPS {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let key = Key::new(u128::from(random >> 8 & 127).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            match random & 7 {
                0 => policy.forget(&key),
                1..=3 => policy.touch(&[key]),
                _ => policy.admit(key, Ticket { weight: random >> 16 & 15, deadline: Moment::NEVER, used: 0 }),
            }
            let excess = policy.take_excess();
            after_each(policy, key, &excess);
        }
    }

    #[test]
    fn under_lru_the_longest_unused_go_as_many_as_are_too_much() {
        let mut order: Vec<Key> = Vec::new();
        let mut policy = Policy::new(&options(Eviction::Lru));
        run(&mut policy, |policy, key, excess| {
            let keys: Vec<Key> = policy.entries.keys().copied().collect();
            assert!(!policy.is_over_bounds());
            assert_eq!(policy.weight, policy.entries.values().map(|ticket| u128::from(ticket.weight)).sum());
            if order.contains(&key) || keys.contains(&key) {
                order.retain(|other| *other != key);
                order.extend(Some(key).filter(|key| keys.contains(key)));
            }
            assert_eq!(excess, order.drain(..excess.len()).collect::<Vec<_>>());
            assert_eq!(keys, order);
        });
    }

    #[test]
    fn under_tiny_lfu_what_is_known_is_what_every_bound_holds() {
        let mut policy = Policy::new(&options(Eviction::TinyLfu));
        let mut evictions = 0;
        run(&mut policy, |policy, _, excess| {
            evictions += excess.len();
            assert!(policy.entries.len() <= 40);
            let tiny_lfu = policy.tiny_lfu.as_ref().expect("it was asked for");
            assert!(policy.entries.keys().all(|key| tiny_lfu.lacking(key) == 0));
            assert!(excess.iter().all(|key| tiny_lfu.lacking(key) == 2 && !policy.entries.contains_key(key)));
        });
        assert!(evictions > STEPS / 20);
    }
}
