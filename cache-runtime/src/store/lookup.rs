//! Looking things up, and noting that they were used.

use std::sync::Arc;

use crate::context::clock;
use crate::key::{Key, Keys};
use crate::store::entries::Store;
use crate::store::eviction::policy::Policy;
use crate::sys::moment::Moment;
use crate::sys::sync::Ordering;
use crate::thread::table::{About, Found};
use crate::thread::this::Thread;
use crate::value::dependencies::Read;
use crate::value::slot_form::SlotForm;
use crate::value::slot_value::CopiedFound;
use crate::value::small_copy::SmallCopy;
use crate::value::storage::Storage;
use crate::value::stored_entry::{Freshness, StoredEntry};

/// A use within this fraction of `time_to_idle` of the last noted one is not noted: hits do not write to what all
/// threads read more often than that.
const IDLE_STEPS: u32 = 1024;

/// A thread has room for about so many values at hand before they begin to push each other out.
const MANY: usize = 384;

impl Store {
    /// The value, if the thread has it at hand: without a lock, and without a clock where there is no lifetime.
    #[inline(always)]
    pub(crate) fn hit_near<V>(
        &self,
        thread: &'static Thread,
        key: Key,
        near: SlotForm<V>,
    ) -> Option<Found<'static, V>> {
        let epoch = self.index.epoch(key);
        let slot = thread.table.find(key, epoch, clock::now)?;
        if !self.recency.is_noted(slot.noted()) {
            slot.note(self.recency.note(&self.index, key));
        }
        let found = slot.value(near, thread.hazard(), || self.index.epoch(key) == epoch)?;
        self.counters.hits.one(slot.hits());
        Some(found)
    }

    /// Are there so many small values that a thread does not have most of them at hand? Then the index is where to look
    /// first: two places to look at, of which nobody knows which one has it, take longer than either.
    #[inline(always)]
    pub(crate) fn has_many_copies(&self) -> bool {
        self.index.len() > MANY && self.serves_copies.load(Ordering::Relaxed)
    }

    /// The value, if it is small and stands in the index beside its entry: without a lock, and without a clock. Says
    /// whether nothing at all is kept for the key: returned beside the value, that would cost a hit.
    #[inline(always)]
    pub(crate) fn hit_copy<V>(
        &self,
        thread: &Thread,
        key: Key,
        near: SlotForm<V>,
        is_absent: &mut bool,
    ) -> Option<CopiedFound<V>> {
        let SlotForm::Copied(copied) = near else { return None };
        let copy = self.look_for_copy(thread, key, self.recency.mark(), copied.type_id());
        *is_absent = copy.is_absent();
        copied.find_small(copy)
    }

    /// Out of line, and one for all types: the compiler may inline what is on the shortest way where the function is
    /// called.
    #[inline(never)]
    fn look_for_copy(&self, thread: &Thread, key: Key, noted: u64, type_id: usize) -> SmallCopy {
        let copy = self.index.copy(thread, key, noted);
        if copy.type_id == type_id {
            self.counters.hits.one(self.counters.hits.of(thread));
        }
        copy
    }

    /// The value, if it is fresh: still without a lock.
    #[inline(never)]
    pub(crate) fn hit<V>(&self, thread: &Thread, key: Key, storage: &Storage<V>, is_absent: &mut bool) -> Option<V> {
        // Read first: what leaves after this may still be found, but what is put into the table is then not found
        // there.
        let epoch = self.index.epoch(key);
        if const { SmallCopy::is_for::<V>() }
            && self.serves_copies.load(Ordering::Relaxed)
            && let SlotForm::Copied(copied) = storage.near
        {
            let noted = self.recency.mark();
            if let Some(found) = self.hit_copy(thread, key, storage.near, is_absent) {
                let value = found.get();
                if epoch != 0 && thread.table.wants(storage.near) {
                    let about = About { epoch, until: Moment::NEVER, noted, hits: self.counters.hits.of(thread) };
                    thread.table.put(key, copied.put_in(&value), &about);
                }
                return Some(value);
            }
            if *is_absent {
                return None;
            }
        }
        self.hit_entry(thread, key, storage, epoch, is_absent)
    }

    /// The same, by the entry. Out of line: it takes more registers than the other way should have to save.
    #[inline(never)]
    fn hit_entry<V>(
        &self,
        thread: &Thread,
        key: Key,
        storage: &Storage<V>,
        epoch: u64,
        is_absent: &mut bool,
    ) -> Option<V> {
        let looked = self.index.with_slot(&key, |kept, slot| {
            if kept.record.is_some() {
                return None;
            }
            let noted = if self.lives_for_ever(kept) {
                self.note_use(key, kept)
            } else {
                let now = clock::now();
                if self.freshness(kept, now) != Freshness::Fresh {
                    return None;
                }
                self.note_use_at(key, kept, now)
            };
            if noted != slot.noted() {
                slot.note(noted);
            }
            let value = (storage.clone_out)(kept)?;
            let hits = self.counters.hits.of(thread);
            // Of idle time every use has to be noted in the entry.
            if self.options.time_to_idle.is_none()
                && epoch != 0
                && thread.table.wants(storage.near)
                && let Some(room) = storage.near.room(kept, &value, thread.hazard(), || self.index.epoch(key) == epoch)
            {
                let about = About { epoch, until: kept.times.fresh_until.min(self.end(kept)), noted, hits };
                thread.table.put(key, room, &about);
            }
            self.counters.hits.one(hits);
            Some(value)
        });
        *is_absent = looked.is_none();
        looked?
    }

    /// The key to look up here and now, for these arguments.
    pub(crate) fn walk(&self, base: Key) -> Keys {
        let is_plain = !self.has_variants.load(Ordering::Acquire);
        let full = if is_plain { base } else { self.state.lock().variants.walk(base) };
        Keys { base, full }
    }

    /// The reads of a body for these arguments here and now, as far as that is known, and whether there is an entry by
    /// which it is; `None` if no body ever read anything.
    pub(crate) fn known_reads(&self, base: Key) -> Option<(Vec<Read>, bool)> {
        self.has_read.load(Ordering::Acquire).then(|| {
            let (reads, key) = self.state.lock().variants.reads(base);
            let is_kept = self.index.with(&key, |_| ()).is_some();
            (reads, is_kept)
        })
    }

    /// The entry of a key, and how fresh it is.
    pub(crate) fn look(&self, key: Key) -> Option<(Arc<StoredEntry>, Freshness)> {
        let kept = self.index.get(&key)?;
        let freshness = self.freshness(&kept, clock::now());
        Some((kept, freshness))
    }

    /// [`look`](Self::look) at what is kept for these arguments.
    pub(crate) fn look_up(&self, base: Key) -> Option<(Arc<StoredEntry>, Freshness)> {
        self.look(self.walk(base).full)
    }

    /// The entry was used: whoever decides what goes next should know.
    pub(crate) fn used(&self, key: Key, kept: &StoredEntry) {
        if self.lives_for_ever(kept) {
            self.note_use(key, kept);
        } else {
            self.note_use_at(key, kept, clock::now());
        }
    }

    pub(super) fn note_use(&self, key: Key, kept: &StoredEntry) -> u64 {
        self.recency.note_entry(&self.index, key, kept)
    }

    pub(super) fn note_use_at(&self, key: Key, kept: &StoredEntry, now: Moment) -> u64 {
        if let Some(time_to_idle) = self.options.time_to_idle
            && now.since(kept.last_used()) > time_to_idle / IDLE_STEPS
        {
            kept.use_at(now);
        }
        self.note_use(key, kept)
    }

    /// The id of the entry of a key, for those who hold the state.
    pub(super) fn current_id(&self, key: &Key) -> Option<u64> {
        self.index.with(key, |kept| kept.id)
    }

    /// The entry of a key, for those who hold the state.
    pub(crate) fn current(&self, key: &Key) -> Option<Arc<StoredEntry>> {
        self.index.get(key)
    }

    /// The entries that may still be handed out, if only in place of an error.
    pub(crate) fn usable(&self) -> Vec<(Key, Arc<StoredEntry>)> {
        let now = clock::now();
        let mut usable = Vec::new();
        self.index.for_each(|key, kept| {
            if self.freshness(kept, now) != Freshness::Dead {
                usable.push((*key, Arc::clone(kept)));
            }
        });
        usable
    }

    /// The number of live entries, with bounds and lifetimes enforced.
    pub(crate) fn len(&self) -> usize {
        self.change(|state, retired| {
            self.enforce(state, retired);
            if !state.policy.as_ref().is_some_and(Policy::has_lifetimes) {
                return self.index.len();
            }
            let now = clock::now();
            let mut live = 0;
            self.index.for_each(|_, kept| {
                live += usize::from(self.is_live(kept, now));
            });
            live
        })
    }
}
