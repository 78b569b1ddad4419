//! A reference to an entry in one word, as it stands in the index: a place that is one word can be changed at once.
#![expect(unsafe_code, reason = "a reference to a value of any type has two words")]

use std::mem::ManuallyDrop;
use std::sync::Arc;

use crate::value::stored_entry::{StoredEntry, Widen};

/// The address of an entry, for which there is a reference that nobody drops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryPointer(*mut ());

impl EntryPointer {
    /// Leaks a reference.
    pub(crate) fn leak(entry: Arc<StoredEntry>) -> Self {
        Self(Arc::into_raw(entry).cast::<()>().cast_mut())
    }

    pub(crate) fn address(self) -> *mut () {
        self.0
    }

    /// # Safety
    /// It is the [`address`](Self::address) of another.
    pub(crate) unsafe fn at(address: *mut ()) -> Self {
        Self(address)
    }

    /// # Safety
    /// The reference that was leaked has not been taken back.
    #[inline]
    unsafe fn widen(self) -> *const StoredEntry {
        // SAFETY: the entry is there, as the caller promises, and `repr(C)` puts the function first, whatever its type.
        let widen = unsafe { self.0.cast::<Widen>().read() };
        widen(self.0)
    }

    /// Has the entry read.
    ///
    /// # Safety
    /// The reference that was leaked is not taken back and dropped meanwhile.
    #[inline]
    pub(crate) unsafe fn with<R>(self, read: impl FnOnce(&Arc<StoredEntry>) -> R) -> R {
        // SAFETY: the entry is there, as the caller promises; the reference is not dropped here.
        let entry = ManuallyDrop::new(unsafe { Arc::from_raw(self.widen()) });
        read(&entry)
    }

    /// Takes the leaked reference back.
    ///
    /// # Safety
    /// It was not taken back before.
    pub(crate) unsafe fn take(self) -> Arc<StoredEntry> {
        // SAFETY: it was made by `Arc::into_raw`, and is there to be had.
        unsafe { Arc::from_raw(self.widen()) }
    }
}
