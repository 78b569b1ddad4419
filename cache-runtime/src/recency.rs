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
    /// The id of the entry noted last, in a small cache.
    last: AtomicU64,
    used: Mutex<Vec<Key>>,
}

impl Recency {
    pub(crate) fn new(max_entries: Option<u64>) -> Self {
        Self { small: max_entries.is_some_and(Self::is_exact), last: AtomicU64::new(0), used: Mutex::new(Vec::new()) }
    }

    /// Is the order of uses exact in a cache of this size?
    pub(crate) fn is_exact(max_entries: u64) -> bool {
        max_entries <= SMALL
    }

    #[inline]
    pub(crate) fn note(&self, key: Key, kept: &Kept) {
        if self.small {
            if self.last.load(Ordering::Relaxed) != kept.id {
                self.note_in_order(key, kept.id);
            }
        } else if !kept.touched.load(Ordering::Relaxed) {
            self.note_first_use(key, kept);
        }
    }

    #[cold]
    fn note_in_order(&self, key: Key, id: u64) {
        let mut used = self.used.lock();
        self.last.store(id, Ordering::Relaxed);
        if used.len() >= WAITING {
            keep_last_uses(&mut used);
        }
        used.push(key);
    }

    #[cold]
    fn note_first_use(&self, key: Key, kept: &Kept) {
        let mut used = self.used.lock();
        if used.len() < WAITING && !kept.touched.swap(true, Ordering::Relaxed) {
            used.push(key);
        }
    }

    /// The uses since the last time, in order; `untouch` is told of each, so that its next use counts again.
    pub(crate) fn take(&self, untouch: impl Fn(&Key)) -> Vec<Key> {
        let mut used = std::mem::take(&mut *self.used.lock());
        self.last.store(0, Ordering::Relaxed);
        if self.small {
            keep_last_uses(&mut used);
        } else {
            used.iter().for_each(untouch);
        }
        used
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
