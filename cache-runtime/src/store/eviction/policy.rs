//! The policy: which entries stay, by bounds and lifetimes.
//!
//! Asked nothing on a hit: of uses it is told from time to time, or it looks at the marks that they left (see
//! [`Recency`](crate::store::eviction::recency::Recency)), and says which entries are to go. Only the state's holder
//! asks, so it needs no locks of its own.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use crate::key::Key;
use crate::store::eviction::clock_pro::{ClockPro, WHOLE};
use crate::store::eviction::tiny_lfu::TinyLfu;
use crate::store::eviction::uses::{Entries, TakeMark, Ticket, Used};
use crate::store::options::{Eviction, Options};
use crate::sys::moment::Moment;

pub(crate) struct Policy {
    /// The entries that stay.
    entries: Ranking,
    weight: u128,
    max_entries: u64,
    max_weight: u64,
    /// Those of entries that have one.
    deadlines: BTreeSet<(Moment, Key)>,
}

/// The entries, and what decides which goes.
enum Ranking {
    ClockPro(Box<ClockPro>),
    /// The order of uses, which moka may overrule.
    Uses {
        entries: Entries,
        tiny_lfu: Option<TinyLfu>,
    },
}

impl Policy {
    pub(crate) fn new(options: &Options) -> Self {
        let is_tiny_lfu = options.has_bounds() && options.eviction == Eviction::TinyLfu;
        let uses = |tiny_lfu| Ranking::Uses { entries: Entries::default(), tiny_lfu };
        Self {
            entries: match options.eviction {
                Eviction::ClockPro => Ranking::ClockPro(Box::new(ClockPro::new())),
                Eviction::TinyLfu if is_tiny_lfu => uses(TinyLfu::new(options.max_entries, options.max_bytes)),
                Eviction::TinyLfu | Eviction::Lru => uses(None),
            },
            weight: 0,
            max_entries: options.max_entries.unwrap_or(u64::MAX),
            max_weight: options.max_bytes.unwrap_or(u64::MAX),
            deadlines: BTreeSet::new(),
        }
    }

    /// The bounds and the lifetimes have changed. `false` if what was learnt cannot be kept: it is to be made anew.
    pub(crate) fn adjust(&mut self, options: &Options, mut deadline: impl FnMut(&Key) -> Option<Moment>) -> bool {
        let Ranking::ClockPro(clock_pro) = &mut self.entries else { return false };
        self.max_entries = options.max_entries.unwrap_or(u64::MAX);
        self.max_weight = options.max_bytes.unwrap_or(u64::MAX);
        self.deadlines.clear();
        for (key, ticket) in clock_pro.tickets().collect::<Vec<_>>() {
            let deadline = deadline(&key).unwrap_or(Moment::NEVER);
            clock_pro.set_ticket(&key, Ticket { deadline, ..ticket });
            if deadline != Moment::NEVER {
                self.deadlines.insert((deadline, key));
            }
        }
        true
    }

    /// A new or a replaced entry.
    pub(crate) fn admit(&mut self, key: Key, ticket: Ticket, marks: &mut impl TakeMark) {
        let fill = self.fill_with(ticket.weight);
        self.put_in(key, ticket, fill, marks);
    }

    /// An entry that is there already: nothing counts but that it came after those before.
    pub(crate) fn admit_earlier(&mut self, key: Key, ticket: Ticket) {
        self.put_in(key, ticket, u64::MAX, &mut |_: &Key| false);
    }

    fn put_in(&mut self, key: Key, ticket: Ticket, fill: u64, marks: &mut impl TakeMark) {
        let before = match &mut self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.admit(key, ticket, fill, marks),
            Ranking::Uses { entries, tiny_lfu } => {
                if let Some(tiny_lfu) = tiny_lfu {
                    tiny_lfu.admit(key, ticket.weight);
                }
                entries.insert(key, ticket)
            }
        };
        if let Some(before) = before {
            self.leave(&key, before);
        }
        self.weight += u128::from(ticket.weight);
        if ticket.deadline != Moment::NEVER {
            self.deadlines.insert((ticket.deadline, key));
        }
    }

    /// How full the bounds are with one more of this weight, of [`WHOLE`].
    fn fill_with(&self, weight: u64) -> u64 {
        let entries = (self.len() as u64 + 1).saturating_mul(WHOLE) / self.max_entries.max(1);
        if self.max_weight == u64::MAX {
            return entries;
        }
        let weight =
            (self.weight + u128::from(weight)).saturating_mul(WHOLE.into()) / u128::from(self.max_weight.max(1));
        entries.max(u64::try_from(weight).unwrap_or(u64::MAX))
    }

    fn len(&self) -> usize {
        match &self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.len(),
            Ranking::Uses { entries, .. } => entries.len(),
        }
    }

    /// The entries that stay, those first that would go first.
    pub(crate) fn tickets(&self) -> Vec<(Key, Ticket)> {
        match &self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.tickets().collect(),
            Ranking::Uses { entries, .. } => entries.iter().map(|(key, ticket)| (*key, *ticket)).collect(),
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
        let ticket = match &mut self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.remove(key),
            Ranking::Uses { entries, tiny_lfu } => {
                let ticket = entries.remove(key);
                if let Some(tiny_lfu) = tiny_lfu.as_ref().filter(|_| ticket.is_some()) {
                    tiny_lfu.forget(key);
                }
                ticket
            }
        };
        if let Some(ticket) = ticket {
            self.leave(key, ticket);
        }
    }

    /// Entries that were used, in this order, where uses are told.
    pub(crate) fn touch(&mut self, used: &Used) {
        let Ranking::Uses { entries, tiny_lfu } = &mut self.entries else { return };
        for key in &used.keys {
            entries.to_back(key);
        }
        for (key, stamp) in used.keys.iter().zip(&used.stamps) {
            if let Some(ticket) = entries.get_mut(key) {
                ticket.used = *stamp;
            }
        }
        if let Some(tiny_lfu) = tiny_lfu {
            tiny_lfu.touch(&used.keys);
        }
    }

    /// Is what threads know of marks out of date, as many were taken off?
    pub(crate) fn has_turned(&mut self) -> bool {
        match &mut self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.has_turned(),
            Ranking::Uses { .. } => false,
        }
    }

    /// When the entry was used that was used longest ago, as far as that is known; `u64::MAX` if there is none, or if
    /// all of them weigh nothing: then there is no room to be made here. The one that came when it is `spared` counts
    /// only if there is no other.
    pub(crate) fn oldest(&self, spared: u64) -> u64 {
        let oldest = match &self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.oldest(spared),
            Ranking::Uses { entries, .. } => entries.front().map(|(_, ticket)| ticket.used),
        };
        oldest.filter(|_| self.weight > 0).unwrap_or(u64::MAX)
    }

    /// Lets that entry go, if it was used no later than this, and is not to be spared.
    pub(crate) fn take_oldest_up_to(&mut self, used: u64, spared: u64, marks: &mut impl TakeMark) -> Option<Key> {
        let (key, ticket) = match &mut self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.evict_up_to(used, spared, marks)?,
            Ranking::Uses { entries, .. } => {
                let goes = |ticket: &Ticket| ticket.used <= used && ticket.used != spared;
                let oldest = entries.front().filter(|(_, ticket)| goes(ticket)).map(|(key, _)| *key)?;
                self.forget(&oldest);
                return Some(oldest);
            }
        };
        self.leave(&key, ticket);
        Some(key)
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
        let before = match &mut self.entries {
            Ranking::ClockPro(clock_pro) => clock_pro.ticket(&key).map(|ticket| {
                clock_pro.set_ticket(&key, Ticket { deadline, ..ticket });
                ticket.deadline
            }),
            Ranking::Uses { entries, .. } => {
                entries.get_mut(&key).map(|ticket| std::mem::replace(&mut ticket.deadline, deadline))
            }
        };
        if let Some(before) = before {
            self.deadlines.remove(&(before, key));
            self.deadlines.insert((deadline, key));
        }
    }

    /// Is more there than the bounds allow, and is it worth while to do something about it?
    pub(crate) fn is_over_bounds(&self) -> bool {
        // moka lets go of several at once for little more than of one.
        let is_tiny_lfu = matches!(self.entries, Ranking::Uses { tiny_lfu: Some(_), .. });
        let slack = |max: u64| if is_tiny_lfu { max.saturating_add(max / 64) } else { max };
        self.len() as u64 > slack(self.max_entries) || self.weight > slack(self.max_weight).into()
    }

    /// Lets go what is too much.
    pub(crate) fn take_excess(&mut self, marks: &mut impl TakeMark) -> SmallVec<[Key; 1]> {
        if let Ranking::Uses { entries, tiny_lfu: Some(tiny_lfu) } = &mut self.entries {
            let excess: SmallVec<_> = tiny_lfu.take_gone(entries).into_iter().collect();
            for key in &excess {
                let Ranking::Uses { entries, .. } = &mut self.entries else { break };
                if let Some(ticket) = entries.remove(key) {
                    self.leave(key, ticket);
                }
            }
            return excess;
        }
        let mut excess = SmallVec::new();
        while self.is_over_bounds() {
            let next = match &mut self.entries {
                Ranking::ClockPro(clock_pro) => clock_pro.evict(marks),
                Ranking::Uses { entries, .. } => entries.pop_front(),
            };
            let Some((key, ticket)) = next else { break };
            self.leave(&key, ticket);
            excess.push(key);
        }
        excess
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn options(eviction: Eviction) -> Options {
        Options { max_entries: Some(40), max_bytes: Some(300), eviction, ..Options::DEFAULT }
    }

    /// miri takes some ten thousand times as long.
    const STEPS: usize = if cfg!(miri) { 400 } else { 20_000 };

    /// A use, a newcomer or a removal, each of one of few keys, as a fixed seed has it.
    fn run(policy: &mut Policy, mut after_each: impl FnMut(&Policy, Key, &[Key])) {
        let mut random = 1_u64;
        let mut marked = HashSet::new();
        for _ in 0..STEPS {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let key = Key::new(u128::from(random >> 8 & 127).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            match random & 7 {
                0 => policy.forget(&key),
                1..=3 => {
                    marked.insert(key.bits());
                    policy.touch(&Used { keys: vec![key], stamps: Vec::new() });
                }
                _ => {
                    let ticket = Ticket { weight: random >> 16 & 15, deadline: Moment::NEVER, used: 0 };
                    policy.admit(key, ticket, &mut |key| marked.remove(&key.bits()));
                }
            }
            let excess = policy.take_excess(&mut |key| marked.remove(&key.bits()));
            after_each(policy, key, &excess);
        }
    }

    fn keys(policy: &Policy) -> Vec<Key> {
        policy.tickets().into_iter().map(|(key, _)| key).collect()
    }

    fn sum(policy: &Policy) -> u128 {
        policy.tickets().iter().map(|(_, ticket)| u128::from(ticket.weight)).sum()
    }

    #[test]
    fn under_clock_pro_what_is_known_is_what_came_and_has_not_left_and_the_newest_stays() {
        let mut known = HashSet::new();
        let mut policy = Policy::new(&options(Eviction::ClockPro));
        run(&mut policy, |policy, key, excess| {
            assert!(!policy.is_over_bounds());
            assert_eq!(policy.weight, sum(policy));
            assert!(!excess.contains(&key), "the newest has to go");
            for key in excess {
                assert!(known.remove(&key.bits()), "{key:?} has gone twice");
            }
            let now: HashSet<_> = keys(policy).into_iter().map(Key::bits).collect();
            assert_eq!(now.len(), policy.len());
            known.insert(key.bits());
            known.retain(|other| *other != key.bits() || now.contains(other));
            assert_eq!(known, now);
        });
    }

    #[test]
    fn under_lru_the_longest_unused_go_as_many_as_are_too_much() {
        let mut order: Vec<Key> = Vec::new();
        let mut policy = Policy::new(&options(Eviction::Lru));
        run(&mut policy, |policy, key, excess| {
            let keys = keys(policy);
            assert!(!policy.is_over_bounds());
            assert_eq!(policy.weight, sum(policy));
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
            let Ranking::Uses { entries, tiny_lfu: Some(tiny_lfu) } = &policy.entries else {
                panic!("it was asked for")
            };
            assert!(entries.len() <= 40);
            assert!(entries.keys().all(|key| tiny_lfu.lacking(key) == 0));
            assert!(excess.iter().all(|key| tiny_lfu.lacking(key) == 2 && !entries.contains_key(key)));
        });
        assert!(evictions > STEPS / 20);
    }
}
