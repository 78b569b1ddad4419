//! The epochs of an index: numbers that no other index has, by which a thread tells whether anything has left since it
//! looked.
//!
//! A small index has one. Once something leaves a larger one it has one per shard, so that what leaves sends threads
//! back to the index for the keys of its shard alone: at a bound that is full something leaves with every miss.

use crate::key::Key;
use crate::sys::ids::unique_id;
use crate::sys::sync::{AtomicU64, OnceBox, Ordering};

/// A thread's table takes its places from other bits of the key, so each of its sets has keys of all shards.
const SHARD_BITS: u32 = 6;
const SHARDS: usize = 1 << SHARD_BITS;
/// With fewer entries than this there is little to look up again, and half a KiB would be much beside them.
const FEW: usize = if cfg!(cache_runtime_loom) { 0 } else { 16 };
/// Something is leaving.
const NONE: u64 = 0;

pub(crate) struct Epochs {
    /// Of all keys, until there are shards, and none from then on.
    one: AtomicU64,
    shards: OnceBox<[AtomicU64; SHARDS]>,
}

impl Epochs {
    pub(crate) fn new() -> Self {
        Self { one: AtomicU64::new(unique_id()), shards: OnceBox::new() }
    }

    /// The current epoch of a key, in which nothing of its shard has left. 0 is none: something is leaving.
    #[inline(always)]
    pub(crate) fn of(&self, key: Key) -> u64 {
        let epoch = match self.shards.get() {
            None => &self.one,
            Some(shards) => &shards[key.shard(SHARD_BITS)],
        };
        epoch.load(Ordering::Acquire)
    }

    /// Makes a change by which the entry of a key leaves an index of so many. There is no epoch meanwhile: a table that
    /// still had the value would serve what others have seen gone.
    pub(crate) fn let_go<R>(&self, key: Key, entries: usize, change: impl FnOnce() -> R) -> R {
        let epoch = match self.shards.get() {
            None if entries < FEW => &self.one,
            _ => &self.split()[key.shard(SHARD_BITS)],
        };
        epoch.store(NONE, Ordering::SeqCst);
        let changed = change();
        epoch.store(unique_id(), Ordering::SeqCst);
        changed
    }

    /// The same where any may leave.
    pub(crate) fn let_all_go<R>(&self, change: impl FnOnce() -> R) -> R {
        let set_all = |id| match self.shards.get() {
            None => self.one.store(id, Ordering::SeqCst),
            Some(shards) => shards.iter().for_each(|epoch| epoch.store(id, Ordering::SeqCst)),
        };
        set_all(NONE);
        let changed = change();
        // Shards may share one: a key is always of the same shard.
        set_all(unique_id());
        changed
    }

    /// The epochs by shard. That of all ends before there are any: who looked for it in vain, or has yet to see that
    /// there are others, looks into the index.
    fn split(&self) -> &[AtomicU64; SHARDS] {
        self.shards.get_or_init(|| {
            self.one.store(NONE, Ordering::SeqCst);
            Box::new(std::array::from_fn(|_| AtomicU64::new(unique_id())))
        })
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    fn key(shard: u128) -> Key {
        Key::new(shard << (128 - SHARD_BITS) | 7)
    }

    fn epochs_of_all(epochs: &Epochs) -> Vec<u64> {
        (0..SHARDS as u128).map(|shard| epochs.of(key(shard))).collect()
    }

    #[test]
    fn what_leaves_a_large_index_ends_the_epoch_of_its_shard_alone() {
        let epochs = Epochs::new();
        epochs.let_go(key(3), FEW, || assert_eq!(epochs.of(key(3)), NONE));
        let before = epochs_of_all(&epochs);
        assert!(!before.contains(&NONE));
        epochs.let_go(key(3), FEW, || assert_eq!(epochs.of(key(3)), NONE));
        let after = epochs_of_all(&epochs);
        let changed: Vec<_> = (0..SHARDS).filter(|&shard| before[shard] != after[shard]).collect();
        assert_eq!(changed, [3]);
        assert_ne!(after[3], NONE);
    }

    #[test]
    fn what_leaves_a_small_index_ends_its_one_epoch_and_takes_no_room() {
        let epochs = Epochs::new();
        let before = epochs.of(key(5));
        epochs.let_go(key(3), FEW - 1, || assert_eq!(epochs.of(key(5)), NONE));
        assert_ne!(epochs.of(key(5)), before);
        assert!(epochs.shards.get().is_none());
    }

    #[test]
    fn where_all_may_leave_every_epoch_ends_and_none_comes_back() {
        let epochs = Epochs::new();
        let mut seen = epochs_of_all(&epochs);
        for entries in [0, FEW, 0] {
            epochs.let_all_go(|| assert!(epochs_of_all(&epochs).iter().all(|epoch| *epoch == NONE)));
            let now = epochs_of_all(&epochs);
            assert!(now.iter().all(|epoch| !seen.contains(epoch)), "an epoch has come back");
            seen.extend(now);
            epochs.let_go(key(1), entries, || ());
            seen.extend(epochs_of_all(&epochs));
        }
    }
}
