//! A load, as those inside its body see it.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::key::{Key, Keys};
use crate::value::dependencies::DependencyLog;

/// A load, as those inside its body see it.
pub(crate) struct Run {
    pub(crate) id: u64,
    /// The flight it belongs to, or itself: what others may wait for.
    pub(crate) awaited_as: u64,
    /// The name of the function.
    pub(crate) function: &'static str,
    pub(crate) keys: Keys,
    /// The address of the store.
    store: usize,
    /// A future that began inside the body may still be polled when the load has ended.
    is_on: AtomicBool,
    is_abandoned: AtomicBool,
    /// The body has returned, and hooks look at its value.
    has_returned: AtomicBool,
    /// It was said what tags the entry is to have.
    has_tags: AtomicBool,
    /// It began while its thread was panicking.
    pub(crate) began_in_panic: bool,
    record: Mutex<DependencyLog>,
    /// Nothing was written down yet.
    is_blank: AtomicBool,
}

impl Run {
    /// One that no state knows and nobody waits for.
    pub(crate) fn unlisted(keys: Keys, function: &'static str, store: usize) -> Self {
        Self {
            id: 0,
            awaited_as: 0,
            function,
            keys,
            store,
            is_on: AtomicBool::new(true),
            is_abandoned: AtomicBool::new(false),
            has_returned: AtomicBool::new(false),
            has_tags: AtomicBool::new(false),
            began_in_panic: std::thread::panicking(),
            record: Mutex::default(),
            is_blank: AtomicBool::new(true),
        }
    }

    /// One that is to be kept, unless it is struck out.
    pub(crate) fn listed(id: u64, awaited_as: u64, keys: Keys, function: &'static str, store: usize) -> Self {
        Self { id, awaited_as, ..Self::unlisted(keys, function, store) }
    }

    /// That of the entry it is for.
    pub(crate) fn key(&self) -> Key {
        self.keys.full
    }

    /// Is it for an entry of these arguments in this store?
    pub(crate) fn is_load_of(&self, store: usize, base: Key) -> bool {
        self.id != 0 && self.is_on() && self.store == store && self.keys.base == base
    }

    pub(crate) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    pub(crate) fn is_of(&self, store: usize, key: Key) -> bool {
        self.store == store && self.keys.full == key && self.is_on()
    }

    /// Is it still to be said what tags the entry is to have? Asked once: other bodies that run inside this one,
    /// because the cache is left out, are not for the entry.
    pub(crate) fn takes_tags(&self) -> bool {
        !self.has_tags.swap(true, Ordering::Relaxed)
    }

    /// The future of the body is about to be dropped before its end.
    pub(crate) fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    /// Would its body read here what it has read so far?
    pub(crate) fn is_current(&self) -> bool {
        self.record.lock().is_current()
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.is_on() && self.is_abandoned.load(Ordering::Relaxed)
    }

    /// Shows what is written down of the body, if it still runs.
    pub(crate) fn record<R>(&self, see: impl FnOnce(&mut DependencyLog) -> R) -> Option<R> {
        self.is_on().then(|| {
            let mut record = self.record.lock();
            self.is_blank.store(false, Ordering::Release);
            see(&mut record)
        })
    }

    /// The body returned a value: hooks look at it, and clones are made.
    pub(crate) fn returned(&self) {
        self.has_returned.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_returned(&self) -> bool {
        self.has_returned.load(Ordering::Relaxed)
    }

    /// Takes what was written down so far; mostly nothing.
    pub(crate) fn take_record(&self) -> Option<DependencyLog> {
        if self.is_blank.load(Ordering::Acquire) {
            return None;
        }
        let mut record = self.record.lock();
        (!record.is_empty()).then(|| mem::take(&mut *record))
    }

    /// Does what the body makes depend on its arguments alone, as far as it has come?
    pub(crate) fn reads_nothing(&self) -> bool {
        self.record.lock().reads_nothing()
    }

    /// The load has ended.
    pub(crate) fn end(&self) {
        self.is_on.store(false, Ordering::Relaxed);
    }
}
