//! What is remembered of entries that had to go: enough to tell, if they are asked for again, how long they were
//! missed.
//!
//! Eight bytes each, in sets of a cache line: the newest first, the oldest drops out. Fifteen bits of the key tell
//! those of a set apart: about one newcomer in four thousand is mistaken for another.

use crate::key::Key;

/// A cache line.
const WAYS: usize = 8;
/// Times are counted modulo this: they are told apart over 16 million misses.
const TIMES: u64 = 1 << 24;
/// So many more than there are entries are remembered: half as many again.
const PER_TWO_ENTRIES: usize = 3;
/// Of few entries more is remembered, or nothing would be learnt of what comes round: so many for each, up to this.
const PER_ONE_OF_FEW: usize = 8;
const OF_FEW: usize = 256;

#[derive(Default)]
pub(super) struct Ghosts {
    sets: Vec<[u64; WAYS]>,
}

/// What is remembered of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ghost {
    /// It went before it was used.
    pub(super) was_cold: bool,
    /// When it was known to be used last, or came.
    pub(super) used: u32,
    /// How many had gone from where it was, when it went.
    pub(super) gone: u32,
}

impl Ghost {
    /// What was then, is so long ago.
    pub(super) fn since(now: u32, then: u32) -> u64 {
        u64::from(now.wrapping_sub(then)) % TIMES
    }

    /// Never 0, which is none.
    fn pack(self, key: Key) -> u64 {
        let used = u64::from(self.used) % TIMES;
        let gone = u64::from(self.gone) % TIMES;
        (u64::from(self.was_cold) << 63) | (mark_of(key) << 48) | (used << 24) | gone
    }

    #[expect(clippy::cast_possible_truncation, reason = "they have 24 bits")]
    fn unpack(packed: u64) -> Self {
        let (used, gone) = ((packed >> 24) % TIMES, packed % TIMES);
        Self { was_cold: packed >> 63 == 1, used: used as u32, gone: gone as u32 }
    }
}

const MARK: u64 = 0x7fff;

/// Fifteen bits of a key, never 0.
fn mark_of(key: Key) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "bits that choose no set")]
    let bits = (key.bits() >> 32) as u64 & MARK;
    bits.max(1)
}

impl Ghosts {
    /// Makes room for those of so many entries. When their number has changed much, what is remembered is forgotten.
    pub(super) fn reserve(&mut self, entries: usize) {
        let sets = (entries * PER_TWO_ENTRIES / 2).max(OF_FEW.min(entries * PER_ONE_OF_FEW)).div_ceil(WAYS);
        if sets > self.sets.len() * 2 || sets < self.sets.len() / 4 {
            self.sets = vec![[0; WAYS]; sets];
        }
    }

    fn set(&mut self, key: Key) -> Option<&mut [u64; WAYS]> {
        let spread = (key.bits() >> 96) * self.sets.len() as u128;
        let set = usize::try_from(spread >> 32).unwrap_or_default();
        self.sets.get_mut(set)
    }

    pub(super) fn remember(&mut self, key: Key, ghost: Ghost) {
        if let Some(set) = self.set(key) {
            set.rotate_right(1);
            set[0] = ghost.pack(key);
        }
    }

    /// What is remembered of it, if anything; it is forgotten.
    pub(super) fn take(&mut self, key: Key) -> Option<Ghost> {
        let set = self.set(key)?;
        let at = set.iter().position(|ghost| (*ghost >> 48) & MARK == mark_of(key))?;
        let ghost = std::mem::take(&mut set[at]);
        set[at..].rotate_left(1);
        Some(Ghost::unpack(ghost))
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    fn key(number: u32) -> Key {
        Key::new(u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
    }

    fn ghost(number: u32) -> Ghost {
        Ghost { was_cold: number.is_multiple_of(2), used: number, gone: number * 3 }
    }

    #[test]
    fn the_latest_are_remembered_as_they_were_and_once() {
        let mut ghosts = Ghosts::default();
        ghosts.reserve(1_000);
        (0..10_000).for_each(|number| ghosts.remember(key(number), ghost(number)));
        let remembered = (9_500..10_000).filter(|number| ghosts.take(key(*number)) == Some(ghost(*number))).count();
        assert!(remembered > 490, "of the latest 500 {remembered}");
        assert!((9_500..10_000).filter(|number| ghosts.take(key(*number)).is_some()).count() < 10);
        assert!((0..5_000).filter(|number| ghosts.take(key(*number)).is_some()).count() < 10);
    }

    #[test]
    fn as_many_are_remembered_as_the_entries_ask_for() {
        let ghosts_for = |entries| {
            let mut ghosts = Ghosts::default();
            ghosts.reserve(entries);
            ghosts.sets.len() * WAYS
        };
        assert_eq!([1, 4, 64, 1_000, 100_000].map(ghosts_for), [8, 32, 256, 1_504, 150_000]);
    }

    #[test]
    fn times_go_round() {
        let mut ghosts = Ghosts::default();
        ghosts.reserve(1);
        ghosts.remember(key(1), Ghost { was_cold: true, used: u32::MAX - 1, gone: u32::MAX });
        let ghost = ghosts.take(key(1)).expect("it was just remembered");
        assert_eq!((Ghost::since(2, ghost.used), Ghost::since(2, ghost.gone)), (4, 3));
    }
}
