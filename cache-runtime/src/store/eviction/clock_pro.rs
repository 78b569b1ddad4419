//! The default: what was used since it came outlives what was not, and what went too early is noticed.
//!
//! After CLOCK-Pro (Jiang, Chen, Zhang 2005), in two queues as S3-FIFO (Yang and others 2023) has them. Newcomers are
//! *cold*: they stand in a short queue and go when they come to its head, unless they were used. What was used becomes
//! *hot*: it is passed over as often as it was used since it was last looked at. What has gone leaves a ghost.
//!
//! A newcomer that has a ghost was missed. It becomes hot at once if the time since its last use is shorter than that
//! since the first of the hot ones was used: so what comes round in a loop larger than the bound does not drive out the
//! part of it that is kept. And it tells which of the queues is too short: one that has only just gone from the cold
//! ones makes their share larger, one that has only just gone from the hot ones makes it smaller.
//!
//! A hit writes nothing here: it marks the entry, at most twice, and the marks are taken off when something is to go.
//! Time is counted in newcomers.

use crate::key::Key;
use crate::store::eviction::ghosts::{Ghost, Ghosts};
use crate::store::eviction::queues::{At, Queue, Queues};
use crate::store::eviction::uses::{TakeMark, Ticket};
use crate::sys::ids::next_id;

/// Up to this many entries nothing counts but what was used since it came. From more on the first to come are hot until
/// the bound is reached: else of a loop larger than the bound nothing would ever be kept.
const FEW: usize = 128;
/// Shares are counted in these.
pub(super) const WHOLE: u64 = 1 << 16;
const SHARE_AT_FIRST: u64 = WHOLE / 50;
const SMALLEST_SHARE: u64 = WHOLE / 100;
const LARGEST_SHARE: u64 = WHOLE * 9 / 10;
const STEP: u64 = WHOLE * 3 / 1000;
/// What went longer ago, but would still be here if it had been the last to be used, makes the share larger by this
/// part of a step: else where all comes back after the same while, nothing would ever be learnt.
const FAR: u64 = 16;
/// One has only just gone if no more than one in so many entries went since.
const JUST: u64 = 20;
/// Of the hot ones that were used, so many are passed over to see whether there is one that was not; and so many to
/// find one that has to go. Then one goes that was used: no miss should be slow.
const GLANCE: usize = 16;
const SEARCH: usize = 64;

pub(super) struct ClockPro {
    entries: Queues,
    ghosts: Ghosts,
    /// The share of the cold ones.
    share: u64,
    now: u32,
    gone_cold: u32,
    gone_hot: u32,
    newest: Option<At>,
    /// How many marks were taken off since a round began.
    taken: usize,
}

impl ClockPro {
    pub(super) fn new() -> Self {
        Self {
            entries: Queues::new(),
            ghosts: Ghosts::default(),
            share: SHARE_AT_FIRST,
            now: 0,
            gone_cold: 0,
            gone_hot: 0,
            newest: None,
            taken: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn ticket(&self, key: &Key) -> Option<Ticket> {
        Some(self.entries.ticket(self.entries.find(*key)?))
    }

    pub(super) fn set_ticket(&mut self, key: &Key, ticket: Ticket) {
        if let Some(at) = self.entries.find(*key) {
            self.entries.set_ticket(at, ticket);
        }
    }

    /// The entries: the hot ones first, each in the order in which they would go.
    pub(super) fn tickets(&self) -> impl Iterator<Item = (Key, Ticket)> {
        let all = self.entries.iter(Queue::Hot).chain(self.entries.iter(Queue::Cold));
        all.map(|at| (self.entries.key(at), self.entries.ticket(at)))
    }

    /// Has so much changed that what threads know of marks is to be forgotten?
    pub(super) fn has_turned(&mut self) -> bool {
        let has_turned = self.taken > 0 && self.taken * 8 >= self.len();
        if has_turned {
            self.taken = 0;
        }
        has_turned
    }

    /// Takes in a newcomer, or what takes the place of an entry. `fill` is how full the bound is with it, of
    /// [`WHOLE`].
    pub(super) fn admit(&mut self, key: Key, ticket: Ticket, fill: u64, marks: &mut impl TakeMark) -> Option<Ticket> {
        if let Some(at) = self.entries.find(key) {
            let before = self.entries.ticket(at);
            self.entries.put_last(at, self.entries.queue(at), self.now);
            self.entries.set_ticket(at, ticket);
            self.newest = Some(at);
            return Some(before);
        }
        self.now = self.now.wrapping_add(1);
        let was_missed = self.ghosts.take(key).is_some_and(|ghost| self.was_missed(ghost, fill, marks));
        let is_first_to_come = self.len() >= FEW && fill <= WHOLE - self.share;
        if is_first_to_come && self.entries.len_of(Queue::Hot) == 0 {
            while let Some(at) = self.entries.first(Queue::Cold) {
                self.entries.put_last(at, Queue::Hot, self.entries.used(at));
            }
        }
        let queue = if was_missed || is_first_to_come { Queue::Hot } else { Queue::Cold };
        self.newest = Some(self.entries.insert(queue, key, self.now, ticket));
        None
    }

    /// Learns from a newcomer that has a ghost; is it worth more than the first of the hot ones?
    fn was_missed(&mut self, ghost: Ghost, fill: u64, marks: &mut impl TakeMark) -> bool {
        let len = self.len().max(1) as u64;
        let missed_for = Ghost::since(self.now, ghost.used);
        let unused_for = self.first_hot_unused_for(marks);
        let is_worth_more = fill <= WHOLE || unused_for.is_none_or(|unused_for| unused_for > missed_for);
        let gone = if ghost.was_cold { self.gone_cold } else { self.gone_hot };
        let step = STEP.max(WHOLE / len);
        let has_just_gone = Ghost::since(gone, ghost.gone) <= (len / JUST).max(1);
        let share = match (ghost.was_cold, has_just_gone) {
            (true, true) => self.share + step,
            (true, false) if is_worth_more && missed_for <= len => self.share + step / FAR,
            (false, true) => self.share.saturating_sub(step),
            _ => self.share,
        };
        self.share = share.clamp(SMALLEST_SHARE, LARGEST_SHARE);
        is_worth_more
    }

    /// For how long the first of the hot ones was not used; `None` if there is none.
    fn first_hot_unused_for(&mut self, marks: &mut impl TakeMark) -> Option<u64> {
        for _ in 0..GLANCE {
            let at = self.entries.first(Queue::Hot)?;
            if !self.take_mark(at, marks) {
                return Some(Ghost::since(self.now, self.entries.used(at)));
            }
            self.use_again(at);
        }
        Some(0)
    }

    fn take_mark(&mut self, at: At, marks: &mut impl TakeMark) -> bool {
        let was_used = marks(&self.entries.key(at));
        self.taken += usize::from(was_used);
        was_used
    }

    /// It was used since it was last looked at.
    fn use_again(&mut self, at: At) {
        self.entries.put_last(at, Queue::Hot, self.now);
        if self.entries.has_tickets() {
            self.entries.set_ticket(at, Ticket { used: next_id(), ..self.entries.ticket(at) });
        }
    }

    /// Takes out an entry, which leaves no ghost.
    pub(super) fn remove(&mut self, key: &Key) -> Option<Ticket> {
        Some(self.remove_at(self.entries.find(*key)?))
    }

    fn remove_at(&mut self, at: At) -> Ticket {
        self.newest.take_if(|newest| *newest == at);
        self.entries.remove(at)
    }

    /// Lets one go to make room for the newest, which stays; `None` if there is no other.
    pub(super) fn evict(&mut self, marks: &mut impl TakeMark) -> Option<(Key, Ticket)> {
        let newest = self.newest.map(|at| self.entries.queue(at));
        let others = |queue| self.entries.len_of(queue) - usize::from(newest == Some(queue));
        let (cold, hot) = (others(Queue::Cold), others(Queue::Hot));
        let wanted = (self.len() as u64 * self.share / WHOLE).max(1);
        let unused = if cold as u64 >= wanted || hot == 0 { self.first_unused_cold(marks) } else { None };
        let at = unused.or_else(|| self.first_of_hot(marks))?;
        Some(self.let_go(at))
    }

    fn first_unused_cold(&mut self, marks: &mut impl TakeMark) -> Option<At> {
        while let Some(at) = self.entries.first(Queue::Cold).filter(|at| Some(*at) != self.newest) {
            if !self.take_mark(at, marks) {
                return Some(at);
            }
            self.use_again(at);
        }
        None
    }

    fn first_of_hot(&mut self, marks: &mut impl TakeMark) -> Option<At> {
        for _ in 0..SEARCH {
            let at = self.entries.first(Queue::Hot)?;
            if Some(at) == self.newest && self.entries.len_of(Queue::Hot) == 1 {
                return None;
            }
            if Some(at) != self.newest && !self.take_mark(at, marks) {
                return Some(at);
            }
            self.use_again(at);
        }
        self.entries.iter(Queue::Hot).find(|at| Some(*at) != self.newest)
    }

    fn let_go(&mut self, at: At) -> (Key, Ticket) {
        self.ghosts.reserve(self.len());
        let was_cold = self.entries.queue(at) == Queue::Cold;
        let gone = if was_cold { &mut self.gone_cold } else { &mut self.gone_hot };
        *gone = gone.wrapping_add(1);
        let (key, ghost) = (self.entries.key(at), Ghost { was_cold, used: self.entries.used(at), gone: *gone });
        self.ghosts.remember(key, ghost);
        (key, self.remove_at(at))
    }

    /// When the one was used that goes first where several stores have one bound, as far as that is known.
    pub(super) fn oldest(&self, spared: u64) -> Option<u64> {
        let at = self.oldest_at(spared).or_else(|| self.newest.filter(|_| self.len() == 1))?;
        Some(self.entries.ticket(at).used)
    }

    fn oldest_at(&self, spared: u64) -> Option<At> {
        let first = [Queue::Cold, Queue::Hot].into_iter().filter_map(|queue| self.entries.first(queue));
        let used = |at: &At| self.entries.ticket(*at).used;
        first.filter(|at| used(at) != spared).min_by_key(used)
    }

    /// Lets that one go, if it was used no later than this. Those that turn out to have been used since were used now.
    pub(super) fn evict_up_to(&mut self, used: u64, spared: u64, marks: &mut impl TakeMark) -> Option<(Key, Ticket)> {
        for _ in 0..SEARCH {
            let at = self.oldest_at(spared).filter(|at| self.entries.ticket(*at).used <= used)?;
            if !self.take_mark(at, marks) {
                return Some(self.let_go(at));
            }
            self.use_again(at);
        }
        let at = self.oldest_at(spared).filter(|at| self.entries.ticket(*at).used <= used)?;
        Some(self.let_go(at))
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::sys::moment::Moment;

    /// A bound by number, and the marks that the entries would carry.
    struct Bounded {
        policy: ClockPro,
        marks: HashMap<u128, u32>,
        max: usize,
    }

    fn key(number: u64) -> Key {
        Key::new(u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
    }

    impl Bounded {
        fn new(max: usize) -> Self {
            Self { policy: ClockPro::new(), marks: HashMap::new(), max }
        }

        /// Was it there? If not it is now; gives what went for it.
        fn call(&mut self, number: u64) -> Result<(), Option<Key>> {
            let called = key(number);
            if let Some(marks) = self.marks.get_mut(&called.bits()) {
                *marks = 2.min(*marks + 1);
                return Ok(());
            }
            self.marks.insert(called.bits(), 0);
            let Self { policy, marks, max } = self;
            let mut take = |key: &Key| {
                let marks = marks.get_mut(&key.bits()).expect("only what is here is looked at");
                let was_marked = *marks > 0;
                *marks = marks.saturating_sub(1);
                was_marked
            };
            let fill = (policy.len() as u64 + 1) * WHOLE / *max as u64;
            let ticket = Ticket { weight: 0, deadline: Moment::NEVER, used: 0 };
            policy.admit(called, ticket, fill, &mut take);
            let gone = if policy.len() > *max { policy.evict(&mut take) } else { None };
            assert!(policy.len() <= *max, "nothing went");
            let gone = gone.map(|(gone, _)| gone);
            if let Some(gone) = gone {
                self.marks.remove(&gone.bits());
            }
            Err(gone)
        }

        /// The hits in a hundred of these calls.
        fn ratio(&mut self, calls: impl Iterator<Item = u64>) -> u64 {
            let (mut hits, mut all) = (0, 0);
            for number in calls {
                hits += u64::from(self.call(number).is_ok());
                all += 1;
            }
            hits * 100 / all
        }
    }

    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) % bound
        }
    }

    #[test]
    fn of_few_the_oldest_goes_that_was_not_used_since_it_came() {
        for max in [1, 2, 3, 8, 64] {
            let mut bounded = Bounded::new(max);
            // In the order in which they came, and whether they were used.
            let mut here: Vec<(u64, bool)> = Vec::new();
            let mut random = Random(1);
            for newcomer in 0..3_000 {
                let used = random.below(2 * max as u64);
                for (number, was_used) in here.iter_mut().filter(|(number, _)| number % max as u64 == used) {
                    *was_used = true;
                    assert_eq!(bounded.call(*number), Ok(()));
                }
                let gone = bounded.call(newcomer).expect_err("it never came before");
                assert_eq!(gone.is_some(), here.len() == max);
                if let Some(gone) = gone {
                    let at = here.iter().position(|(number, _)| key(*number) == gone).expect("the newest stays");
                    let oldest_unused = here.iter().position(|(_, was_used)| !was_used);
                    assert!(oldest_unused.is_none_or(|oldest| at == oldest), "of {here:?} went {at}");
                    here.remove(at);
                }
                here.push((newcomer, false));
            }
        }
    }

    #[test]
    fn of_a_loop_larger_than_the_bound_most_of_what_fits_is_kept() {
        for (max, size) in [(200, 220), (200, 300), (1_000, 5_000)] {
            let ratio = Bounded::new(max).ratio((0..size).cycle().take(200_000));
            assert!(ratio > 85 * max as u64 / size, "{ratio} of 100 in a loop of {size}, a bound of {max}");
        }
    }

    #[test]
    fn what_is_used_outlives_a_scan() {
        let mut bounded = Bounded::new(100);
        for _ in 0..3 {
            bounded.ratio(0..50);
        }
        bounded.ratio(1_000..2_000);
        assert_eq!(bounded.ratio(0..50), 100);
    }

    #[test]
    fn what_comes_back_soon_makes_room_for_newcomers() {
        // Each is asked for twice, and never again: the second time when a third of what there is room for came since.
        let twice = (0..40_000_u64).flat_map(|oldest| [oldest + 70, oldest]);
        let mut bounded = Bounded::new(200);
        bounded.ratio(twice.clone().take(20_000));
        let ratio = bounded.ratio(twice.skip(20_000));
        assert!(ratio >= 45, "{ratio} of 50");
    }

    #[test]
    fn what_is_used_now_replaces_what_was_used_once() {
        let mut bounded = Bounded::new(300);
        for _ in 0..10 {
            bounded.ratio(0..300);
        }
        let mut random = Random(1);
        let mut others = std::iter::repeat_with(|| 1_000 + random.below(280));
        bounded.ratio(others.by_ref().take(3_000));
        let ratio = bounded.ratio(others.take(3_000));
        assert!(ratio > 95, "{ratio} of 100");
    }
}
