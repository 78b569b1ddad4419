//! The read path: a lock-free table from key to kept value.
//!
//! A hit ends here, without a lock and without a shared write. What is removed is not seen by anyone who looks
//! afterwards. The table frees it once nobody who looked before looks any more, and at its leisure; so no value of a
//! user that has to be dropped belongs to it alone (see
//! [`StoredValue::release`](crate::value::stored_entry::StoredValue::release)).

use std::sync::Arc;

use crate::key::Key;
use crate::store::entry_table::EntryTable;
use crate::store::epochs::Epochs;
use crate::store::slots::InSlot;
use crate::thread::this::Thread;
use crate::value::small_copy::SmallCopy;
use crate::value::stored_entry::StoredEntry;

/// The table, and its epochs, which change with whatever leaves.
pub(crate) struct Index {
    entries: EntryTable,
    epochs: Epochs,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { entries: EntryTable::new(), epochs: Epochs::new() }
    }

    /// The current epoch of a key, in which its entry has not left. 0 is none: something is leaving.
    #[inline(always)]
    pub(crate) fn epoch(&self, key: Key) -> u64 {
        self.epochs.of(key)
    }

    #[inline]
    pub(crate) fn with<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>) -> R) -> Option<R> {
        self.entries.with(key, |entry, _| read(entry))
    }

    /// The same, with where it stands.
    #[inline]
    pub(super) fn with_slot<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>, InSlot<'_>) -> R) -> Option<R> {
        self.entries.with(key, read)
    }

    /// The copy of a small value, if its last use is known to be noted as this.
    #[inline(always)]
    pub(crate) fn copy(&self, thread: &Thread, key: Key, noted: u64) -> SmallCopy {
        self.entries.copy(thread, key, noted)
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        self.with(key, |_| ()).is_some()
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<StoredEntry>> {
        self.with(key, Arc::clone)
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn for_each(&self, see: impl FnMut(&Key, &Arc<StoredEntry>)) {
        self.entries.for_each(see);
    }
}

/// Changes. Only to be made under the state's lock, which is what keeps their steps together.
impl Index {
    /// From now on uses are noted beside the entries.
    pub(crate) fn note_uses(&self) {
        self.entries.note_uses();
    }

    pub(crate) fn insert(&self, key: Key, kept: Arc<StoredEntry>) -> Option<Arc<StoredEntry>> {
        self.entries.insert(key, kept, &self.epochs)
    }

    pub(crate) fn remove(&self, key: &Key) -> Option<Arc<StoredEntry>> {
        self.entries.remove(key, &self.epochs)
    }

    /// Begins new epochs: all is to be looked up again.
    pub(crate) fn begin_epochs(&self) {
        self.epochs.let_all_go(|| ());
    }

    pub(crate) fn drain(&self) -> Vec<Arc<StoredEntry>> {
        self.epochs.let_all_go(|| self.entries.drain())
    }
}
