//! The read path: a lock-free table from key to kept value.
//!
//! A hit ends here, without a lock and without a shared write. What is removed is not seen by anyone who looks
//! afterwards. The table frees its own memory once nobody who looked before looks any more, and at its leisure; so no
//! value of a user that has to be dropped belongs to it alone (see [`StoredValue::release`](crate::value::stored_entry::StoredValue::release)).

use std::sync::Arc;

use crate::key::{BuildAlreadyHashed, Key};
use crate::value::stored_entry::StoredEntry;

use crate::store::epochs::Epochs;

/// The table, and its epochs, which change with whatever leaves.
pub(crate) struct Index {
    entries: table::EntryTable,
    epochs: Epochs,
}

#[cfg(not(cache_runtime_loom))]
mod table {
    use papaya::HashMap;

    use super::{Arc, BuildAlreadyHashed, Key, StoredEntry};
    use crate::store::unpinned::ThreadlessGuard;
    use crate::thread::this as thread;

    pub(crate) struct EntryTable(HashMap<Key, Arc<StoredEntry>, BuildAlreadyHashed>);

    /// Where a thread ends, what a guard needs of it may be gone, while the drop of a value still calls cached functions:
    /// then another kind does, which takes longer to make.
    macro_rules! guarded {
        ($table:expr, $guard:ident => $use:expr) => {
            if thread::is_ending() {
                let $guard = ThreadlessGuard::new($table.0.owned_guard());
                $use
            } else {
                thread::prepare(|| drop($table.0.pin()));
                let $guard = $table.0.guard();
                $use
            }
        };
    }

    impl EntryTable {
        pub(crate) fn new() -> Self {
            Self(HashMap::builder().hasher(BuildAlreadyHashed::default()).build())
        }

        #[inline]
        pub(crate) fn with<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>) -> R) -> Option<R> {
            guarded!(self, guard => self.0.get(key, &guard).map(read))
        }

        pub(crate) fn insert(&self, key: Key, kept: Arc<StoredEntry>) -> Option<Arc<StoredEntry>> {
            guarded!(self, guard => self.0.insert(key, kept, &guard).cloned())
        }

        pub(crate) fn remove(&self, key: &Key) -> Option<Arc<StoredEntry>> {
            guarded!(self, guard => self.0.remove(key, &guard).cloned())
        }

        pub(crate) fn clear(&self) {
            guarded!(self, guard => self.0.clear(&guard));
        }

        pub(crate) fn len(&self) -> usize {
            self.0.len()
        }

        pub(crate) fn for_each(&self, mut see: impl FnMut(&Key, &Arc<StoredEntry>)) {
            self.0.pin_owned().iter().for_each(|(key, kept)| see(key, kept));
        }
    }
}

/// For the model checker, which cannot see into papaya: the same promises from a mutex.
#[cfg(cache_runtime_loom)]
mod table {
    use std::collections::HashMap;

    use super::{Arc, BuildAlreadyHashed, Key, StoredEntry};
    use crate::sys::sync::Mutex;
    use crate::thread::this as thread;

    pub(crate) struct EntryTable(Mutex<HashMap<Key, Arc<StoredEntry>, BuildAlreadyHashed>>);

    impl EntryTable {
        pub(crate) fn new() -> Self {
            Self(Mutex::new(HashMap::default()))
        }

        pub(crate) fn with<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>) -> R) -> Option<R> {
            thread::prepare(|| ());
            self.0.lock().get(key).map(read)
        }

        pub(crate) fn insert(&self, key: Key, kept: Arc<StoredEntry>) -> Option<Arc<StoredEntry>> {
            self.0.lock().insert(key, kept)
        }

        pub(crate) fn remove(&self, key: &Key) -> Option<Arc<StoredEntry>> {
            self.0.lock().remove(key)
        }

        pub(crate) fn clear(&self) {
            self.0.lock().clear();
        }

        pub(crate) fn len(&self) -> usize {
            self.0.lock().len()
        }

        pub(crate) fn for_each(&self, mut see: impl FnMut(&Key, &Arc<StoredEntry>)) {
            self.0.lock().iter().for_each(|(key, kept)| see(key, kept));
        }
    }
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { entries: table::EntryTable::new(), epochs: Epochs::new() }
    }

    /// The current epoch of a key, in which its entry has not left. 0 is none: something is leaving.
    #[inline(always)]
    pub(crate) fn epoch(&self, key: Key) -> u64 {
        self.epochs.of(key)
    }

    #[inline]
    pub(crate) fn with<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>) -> R) -> Option<R> {
        self.entries.with(key, read)
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<StoredEntry>> {
        self.with(key, Arc::clone)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn for_each(&self, see: impl FnMut(&Key, &Arc<StoredEntry>)) {
        self.entries.for_each(see);
    }
}

/// Changes. Only to be made under the state's lock, which is what keeps their steps together.
impl Index {
    pub(crate) fn insert(&self, key: Key, kept: Arc<StoredEntry>) -> Option<Arc<StoredEntry>> {
        if self.with(&key, |_| ()).is_none() {
            return self.entries.insert(key, kept);
        }
        self.epochs.let_go(key, self.len(), || self.entries.insert(key, kept))
    }

    pub(crate) fn remove(&self, key: &Key) -> Option<Arc<StoredEntry>> {
        self.with(key, |_| ())?;
        self.epochs.let_go(*key, self.len(), || self.entries.remove(key))
    }

    /// Begins new epochs: all is to be looked up again.
    pub(crate) fn begin_epochs(&self) {
        self.epochs.let_all_go(|| ());
    }

    pub(crate) fn drain(&self) -> Vec<Arc<StoredEntry>> {
        let mut drained = Vec::with_capacity(self.len());
        self.for_each(|_, kept| drained.push(Arc::clone(kept)));
        self.epochs.let_all_go(|| self.entries.clear());
        drained
    }
}
