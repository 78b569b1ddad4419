//! Which entries were used, for the policy to hear of at the next change.
//!
//! A hit must not write to what other threads read. So a use is noted only when it can change which entry goes next:
//! in a small cache when another entry than the last noted one is used (the order is exact), in a large one when the
//! entry was not used since the policy last heard of it (the order among those is by first use).

use parking_lot::Mutex;

use crate::kept::Kept;
use crate::key::Key;
use crate::sync::{AtomicU64, Ordering};

/// Up to this many entries the order of uses is exact.
const SMALL: u64 = 64;
/// How many uses may be waiting to be told. In a small cache they are then thinned out, in a large one the next ones
/// are not noted: telling them all would make one unlucky miss slow.
const WAITING: usize = 1024;

pub(crate) struct Recency {
    small: bool,
    /// In a small cache the id of the entry used last, in a large one the number of the round. A use has been noted
    /// if what stands here is known of it.
    mark: AtomicU64,
    used: Mutex<Vec<Key>>,
}

impl Recency {
    pub(crate) fn new(max_entries: Option<u64>) -> Self {
        let small = max_entries.is_some_and(Self::is_exact);
        Self { small, mark: AtomicU64::new(1), used: Mutex::new(Vec::new()) }
    }

    /// Is the order of uses exact in a cache of this size?
    pub(crate) fn is_exact(max_entries: u64) -> bool {
        max_entries <= SMALL
    }

    /// Notes a use, of which `noted` is known from the last one; gives what is known from now on.
    #[inline]
    pub(crate) fn note(&self, key: Key, noted: u64) -> u64 {
        if noted == self.mark.load(Ordering::Relaxed) { noted } else { self.note_change(key, noted) }
    }

    #[cold]
    fn note_change(&self, key: Key, noted: u64) -> u64 {
        let mut used = self.used.lock();
        if self.small {
            self.mark.store(noted, Ordering::Relaxed);
            if used.len() >= WAITING {
                keep_last_uses(&mut used);
            }
            used.push(key);
            return noted;
        }
        if used.len() < WAITING {
            used.push(key);
        }
        self.mark.load(Ordering::Relaxed)
    }

    /// What is known of the last use of an entry: in a small cache its id, in a large one the round noted in it.
    #[inline]
    pub(crate) fn known_of(&self, kept: &Kept) -> u64 {
        if self.small { kept.id } else { kept.noted.load(Ordering::Relaxed) }
    }

    /// The uses since the last time, in order; from now on all count again.
    pub(crate) fn take(&self) -> Vec<Key> {
        let mut used = self.used.lock();
        if self.small {
            keep_last_uses(&mut used);
            self.mark.store(0, Ordering::Relaxed);
        } else {
            self.mark.fetch_add(1, Ordering::Relaxed);
        }
        std::mem::take(&mut used)
    }
}

/// Only the last use of each key says where it stands in the order.
fn keep_last_uses(used: &mut Vec<Key>) {
    let mut seen = std::collections::HashSet::with_capacity_and_hasher(
        usize::try_from(SMALL).unwrap_or_default(),
        crate::key::BuildAlreadyHashed::default(),
    );
    used.reverse();
    used.retain(|key| seen.insert(*key));
    used.reverse();
}
