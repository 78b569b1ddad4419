//! Two queues of entries, which are found by their keys too.
//!
//! All stand in one block of memory and know their neighbours by number: an entry takes 32 bytes and five for its
//! place.

use hashbrown::HashTable;

use crate::key::Key;
use crate::store::eviction::uses::Ticket;
use crate::sys::moment::Moment;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queue {
    Cold,
    Hot,
}

/// The number of an entry, as long as it is here.
pub(super) type At = u32;

const NONE: At = At::MAX;

struct Slot {
    key: Key,
    before: At,
    after: At,
    used: u32,
    queue: Queue,
}

#[derive(Clone, Copy)]
struct Ends {
    first: At,
    last: At,
    len: usize,
}

pub(super) struct Queues {
    slots: Vec<Slot>,
    /// The first of those that are not used; each has the next one after it.
    free: At,
    places: HashTable<At>,
    ends: [Ends; 2],
    /// Of each slot, where any entry has anything to say there: most have neither a weight nor a deadline.
    tickets: Vec<Ticket>,
}

const PLAIN: Ticket = Ticket { weight: 0, deadline: Moment::NEVER, used: 0 };

fn hash(key: Key) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "every half of a key is as good as the whole for a table")]
    let half = key.bits() as u64;
    half
}

impl Queues {
    pub(super) fn new() -> Self {
        let ends = Ends { first: NONE, last: NONE, len: 0 };
        Self { slots: Vec::new(), free: NONE, places: HashTable::new(), ends: [ends; 2], tickets: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn len_of(&self, queue: Queue) -> usize {
        self.ends[queue as usize].len
    }

    pub(super) fn find(&self, key: Key) -> Option<At> {
        self.places.find(hash(key), |at| self.slots[*at as usize].key == key).copied()
    }

    pub(super) fn first(&self, queue: Queue) -> Option<At> {
        Some(self.ends[queue as usize].first).filter(|at| *at != NONE)
    }

    pub(super) fn key(&self, at: At) -> Key {
        self.slots[at as usize].key
    }

    pub(super) fn queue(&self, at: At) -> Queue {
        self.slots[at as usize].queue
    }

    /// When it was known to be used last, or came.
    pub(super) fn used(&self, at: At) -> u32 {
        self.slots[at as usize].used
    }

    pub(super) fn ticket(&self, at: At) -> Ticket {
        self.tickets.get(at as usize).copied().unwrap_or(PLAIN)
    }

    pub(super) fn set_ticket(&mut self, at: At, ticket: Ticket) {
        let says_nothing = ticket.weight == 0 && ticket.deadline == Moment::NEVER;
        if self.tickets.is_empty() && says_nothing {
            return;
        }
        if self.tickets.len() < self.slots.len() {
            self.tickets.resize(self.slots.len(), PLAIN);
        }
        self.tickets[at as usize] = ticket;
    }

    /// Do entries have tickets that say something?
    pub(super) fn has_tickets(&self) -> bool {
        !self.tickets.is_empty()
    }

    /// Puts an entry last that is in neither queue.
    pub(super) fn insert(&mut self, queue: Queue, key: Key, used: u32, ticket: Ticket) -> At {
        let slot = Slot { key, before: NONE, after: NONE, used, queue };
        let at = if self.free == NONE {
            self.slots.push(slot);
            At::try_from(self.slots.len() - 1).expect("memory does not hold so many entries")
        } else {
            let at = self.free;
            self.free = std::mem::replace(&mut self.slots[at as usize], slot).after;
            at
        };
        self.places.insert_unique(hash(key), at, |at| hash(self.slots[*at as usize].key));
        self.link(at, queue);
        self.set_ticket(at, ticket);
        at
    }

    /// Makes it the last of a queue, used just now.
    pub(super) fn put_last(&mut self, at: At, queue: Queue, used: u32) {
        self.unlink(at);
        self.link(at, queue);
        self.slots[at as usize].used = used;
    }

    pub(super) fn remove(&mut self, at: At) -> Ticket {
        self.unlink(at);
        let key = self.key(at);
        if let Ok(place) = self.places.find_entry(hash(key), |other| *other == at) {
            place.remove();
        }
        self.slots[at as usize].after = std::mem::replace(&mut self.free, at);
        self.ticket(at)
    }

    /// From the first to the last.
    pub(super) fn iter(&self, queue: Queue) -> impl Iterator<Item = At> {
        std::iter::successors(self.first(queue), |at| Some(self.slots[*at as usize].after).filter(|at| *at != NONE))
    }

    fn link(&mut self, at: At, queue: Queue) {
        let ends = &mut self.ends[queue as usize];
        let before = std::mem::replace(&mut ends.last, at);
        ends.len += 1;
        if before == NONE {
            ends.first = at;
        } else {
            self.slots[before as usize].after = at;
        }
        let slot = &mut self.slots[at as usize];
        (slot.before, slot.after, slot.queue) = (before, NONE, queue);
    }

    fn unlink(&mut self, at: At) {
        let Slot { before, after, queue, .. } = self.slots[at as usize];
        let ends = &mut self.ends[queue as usize];
        ends.len -= 1;
        if before == NONE {
            ends.first = after;
        } else {
            self.slots[before as usize].after = after;
        }
        let ends = &mut self.ends[queue as usize];
        if after == NONE {
            ends.last = before;
        } else {
            self.slots[after as usize].before = before;
        }
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    #[test]
    fn the_queues_have_what_was_put_in_and_not_taken_out_in_that_order() {
        let mut queues = Queues::new();
        let mut model = [VecDeque::new(), VecDeque::new()];
        let mut random = 1_u64;
        for step in 0..if cfg!(miri) { 500 } else { 50_000 } {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let queue = if random & 1 == 0 { Queue::Cold } else { Queue::Hot };
            let number = random >> 8 & 63;
            let key = Key::new(u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            let found = queues.find(key);
            assert_eq!(found.is_some(), model.iter().any(|queue| queue.contains(&number)));
            for queue in &mut model {
                queue.retain(|other| *other != number);
            }
            match found {
                Some(at) if random & 2 == 0 => {
                    assert_eq!(queues.remove(at).weight, number);
                }
                Some(at) => {
                    queues.put_last(at, queue, step);
                    assert_eq!((queues.queue(at), queues.used(at)), (queue, step));
                    model[queue as usize].push_back(number);
                }
                None => {
                    queues.insert(queue, key, step, Ticket { weight: number, ..PLAIN });
                    model[queue as usize].push_back(number);
                }
            }
            for queue in [Queue::Cold, Queue::Hot] {
                let weights: VecDeque<u64> = queues.iter(queue).map(|at| queues.ticket(at).weight).collect();
                assert_eq!(weights, model[queue as usize]);
                assert_eq!(queues.len_of(queue), weights.len());
            }
            assert_eq!(queues.len(), model[0].len() + model[1].len());
        }
    }
}
