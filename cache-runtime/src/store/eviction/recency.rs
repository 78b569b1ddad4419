//! Which entries were used, for the policy to hear of at the next change.
//!
//! A hit must not write to what other threads read. So a use is noted only when it can change which entry goes next.
//!
//! Where the policy looks for marks ([`ClockPro`](Eviction::ClockPro)), a use leaves one on the entry unless it has as
//! many as count, and nothing else is written. A thread's table knows that there is nothing to be marked until the next
//! round, which begins when the policy has taken off some of the marks.
//!
//! Where it goes by the order of uses it is told of them: while there are few entries, when another one than the last
//! is used (the order is exact); while there are many, when the entry was not used since the policy last heard of uses
//! (the order among those is by first use).

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::key::Key;
use crate::store::eviction::budget::{Budget, MakesRoom};
use crate::store::eviction::uses::Used;
use crate::store::index::Index;
use crate::store::options::Eviction;
use crate::sys::ids::next_id;
use crate::sys::sync::{AtomicU64, Ordering};
use crate::value::stored_entry::StoredEntry;

/// Up to this many entries the order of uses is exact.
const FEW: usize = 64;
/// Of many entries, this many uses wait to be told; the latest count. Telling more would make one unlucky miss slow.
const WAITING: usize = 1024;
/// So many marks of an entry count.
const MOST_MARKS: u64 = 2;

pub(crate) struct Recency {
    /// Do uses leave marks?
    has_marks: bool,
    /// Where uses leave marks the number of the round, 0 if they need not. Else while there are few entries the id of
    /// the one used last, while there are many the number of the round. A use has been noted if what stands here is
    /// known of it.
    mark: AtomicU64,
    /// Orders the uses of few entries; 0 while there are many.
    last_use: AtomicU64,
    used: Mutex<Uses>,
    /// Where the uses of several stores are one order.
    shared: Option<Shared>,
}

struct Shared {
    budget: Arc<Budget>,
    store: Weak<dyn MakesRoom>,
}

/// The uses of many entries.
#[derive(Default)]
struct Uses {
    latest: VecDeque<Key>,
    stamps: VecDeque<u64>,
    in_round: usize,
}

impl Recency {
    /// Where nothing decides what goes next, every use counts as noted.
    pub(crate) fn new(has_bounds: bool, eviction: Eviction) -> Self {
        let has_marks = eviction == Eviction::ClockPro;
        Self {
            has_marks,
            mark: AtomicU64::new(if has_marks && has_bounds { next_id() } else { 0 }),
            last_use: AtomicU64::new(u64::from(has_bounds && !has_marks)),
            used: Mutex::default(),
            shared: None,
        }
    }

    /// This is the recency of a store whose uses are ordered with those of others.
    pub(crate) fn share(&mut self, budget: Arc<Budget>, store: Weak<dyn MakesRoom>) {
        self.shared = Some(Shared { budget, store });
    }

    /// An entry is used, or comes: that breaks the row of uses of one entry that another store may have.
    pub(crate) fn take_turn(&self) {
        if let Some(Shared { budget, store }) = self.shared.as_ref().filter(|_| !self.has_marks) {
            budget.take_turn(store);
        }
    }

    /// Takes a mark off an entry; was there one?
    pub(crate) fn take_mark(kept: &StoredEntry) -> bool {
        let marks = kept.noted.load(Ordering::Relaxed);
        if marks > 0 {
            kept.noted.store(marks - 1, Ordering::Relaxed);
        }
        marks > 0
    }

    /// Marks are looked at anew: some were taken off.
    pub(crate) fn begin_round(&self) {
        self.mark.store(next_id(), Ordering::Relaxed);
    }

    /// Marks an entry; gives the round if no further use of it in this round would do more.
    fn mark_use(&self, kept: &StoredEntry) -> u64 {
        let round = self.mark.load(Ordering::Relaxed);
        let marks = kept.noted.load(Ordering::Relaxed);
        if round == 0 || marks >= MOST_MARKS {
            return round;
        }
        kept.noted.store(marks + 1, Ordering::Relaxed);
        if marks + 1 == MOST_MARKS { round } else { 0 }
    }

    /// Other stores have had uses: one of the entry that was used last here is to be noted again.
    pub(crate) fn note_anew(&self) {
        if self.is_exact() {
            self.mark.store(0, Ordering::Relaxed);
        }
    }

    /// From now on something decides what goes next. To be called as [`take`](Self::take) is.
    pub(crate) fn begin(&self, index: &Index) {
        index.for_each(|_, kept| kept.noted.store(0, Ordering::Relaxed));
        self.last_use.store(u64::from(!self.has_marks && index.len() <= FEW), Ordering::Relaxed);
        self.mark.store(next_id(), Ordering::Relaxed);
    }

    /// What is known of a use that is noted.
    #[inline(always)]
    pub(crate) fn mark(&self) -> u64 {
        self.mark.load(Ordering::Relaxed)
    }

    /// Is a use noted of which this is known?
    #[inline(always)]
    pub(crate) fn is_noted(&self, noted: u64) -> bool {
        noted == self.mark.load(Ordering::Relaxed)
    }

    /// Notes a use that is not noted; gives what is known from now on.
    #[cold]
    pub(crate) fn note(&self, index: &Index, key: Key) -> u64 {
        if self.has_marks {
            return index.with(&key, |kept| self.mark_use(kept)).unwrap_or_default();
        }
        if self.is_exact() {
            return index.with(&key, |kept| self.note_in_order(kept)).unwrap_or_default();
        }
        self.take_turn();
        let mut used = self.used.lock();
        if used.latest.len() == WAITING {
            used.latest.pop_front();
            used.stamps.pop_front();
        }
        used.latest.push_back(key);
        if self.shared.is_some() {
            used.stamps.push_back(next_id());
        }
        used.in_round += 1;
        if used.in_round > WAITING {
            // The first uses of this round are forgotten: they may have been followed by others, which now count anew.
            used.in_round = 0;
            self.mark.store(next_id(), Ordering::Relaxed);
        }
        self.mark.load(Ordering::Relaxed)
    }

    fn note_in_order(&self, kept: &StoredEntry) -> u64 {
        self.take_turn();
        self.mark.store(kept.id, Ordering::Relaxed);
        if self.shared.is_some() {
            kept.noted.store(next_id(), Ordering::Relaxed);
            return kept.id;
        }
        let last_use = self.last_use.fetch_add(1, Ordering::Relaxed);
        if last_use == 0 {
            // They became many just now.
            self.last_use.store(0, Ordering::Relaxed);
        }
        kept.noted.store(last_use + 1, Ordering::Relaxed);
        kept.id
    }

    fn is_exact(&self) -> bool {
        self.last_use.load(Ordering::Relaxed) != 0
    }

    /// Notes a use of an entry that is at hand.
    pub(crate) fn note_entry(&self, index: &Index, key: Key, kept: &StoredEntry) -> u64 {
        if self.has_marks {
            return self.mark_use(kept);
        }
        let mark = self.mark.load(Ordering::Relaxed);
        if self.is_exact() {
            return if kept.id == mark { mark } else { self.note_in_order(kept) };
        }
        if kept.noted.load(Ordering::Relaxed) == mark {
            return mark;
        }
        let noted = self.note(index, key);
        kept.noted.store(noted, Ordering::Relaxed);
        noted
    }

    /// The uses since the last time, in order; from now on all count again.
    ///
    /// To be called when the index has changed, which decides between few and many, and by one thread at a time.
    pub(crate) fn take(&self, index: &Index) -> Used {
        if self.has_marks {
            return Used::default();
        }
        let was_exact = self.is_exact();
        let used = if was_exact {
            let used = in_order(index);
            let stamps = self.shared.iter().flat_map(|_| used.iter().map(|(use_number, _)| *use_number)).collect();
            Used { keys: used.into_iter().map(|(_, key)| key).collect(), stamps }
        } else {
            let Uses { latest, stamps, .. } = std::mem::take(&mut *self.used.lock());
            Used { keys: latest.into(), stamps: stamps.into() }
        };
        let is_exact = index.len() <= FEW;
        if is_exact != was_exact {
            index.for_each(|_, kept| kept.noted.store(0, Ordering::Relaxed));
            self.last_use.store(u64::from(is_exact), Ordering::Relaxed);
        }
        self.mark.store(if is_exact { 0 } else { next_id() }, Ordering::Relaxed);
        used
    }
}

/// The keys of few entries in the order of their uses, which have numbers. What was not used is left out.
fn in_order(index: &Index) -> Vec<(u64, Key)> {
    let mut used = Vec::with_capacity(index.len());
    index.for_each(|key, kept| used.push((kept.noted.swap(0, Ordering::Relaxed), *key)));
    used.retain(|(use_number, _)| *use_number != 0);
    used.sort_unstable_by_key(|(use_number, _)| *use_number);
    used
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::function::hooks::Hooks;
    use crate::store::entries::Store;
    use crate::store::options::Options;
    use crate::value::storage::Data;

    #[test]
    fn a_use_of_what_has_its_marks_writes_nothing_until_they_are_taken_off() {
        const HOOKS: Hooks<u32> = Hooks::new(Data);
        let options = Options { max_entries: Some(2), ..Options::DEFAULT };
        let store = Store::new("f", options, Arc::default());
        let (kept, _) = HOOKS.take_in(&store, &1, None);
        let Store { recency, index, .. } = &store;
        let use_it = || recency.note_entry(index, Key::new(1), &kept);
        let is_noted = |noted| recency.is_noted(noted);

        assert!(!is_noted(use_it()));
        assert!(is_noted(use_it()) && is_noted(use_it()));
        assert_eq!(kept.noted.load(Ordering::Relaxed), MOST_MARKS);

        let before = use_it();
        assert!(Recency::take_mark(&kept));
        recency.begin_round();
        assert!(!is_noted(before) && is_noted(use_it()));

        let unbounded = Recency::new(false, Eviction::ClockPro);
        assert!(unbounded.is_noted(unbounded.note_entry(index, Key::new(1), &kept)));
    }
}
