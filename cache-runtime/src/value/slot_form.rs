//! How the values of a function stand where a thread has them at hand.

use crate::sys::barrier;
use crate::sys::hazard::Hazard;
use crate::value::slot_value::{Borrowed, Copied, SlotValue};
use crate::value::stored_entry::StoredEntry;

/// How the values of a function stand in the table.
pub(crate) enum SlotForm<V> {
    /// Small and owning nothing: a copy.
    Copied(Copied<V>),
    /// All others: the address.
    Borrowed(Borrowed<V>),
    /// Not at all: what is kept is not the value.
    Never,
}

impl<V> Clone for SlotForm<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for SlotForm<V> {}

impl<V> SlotForm<V> {
    /// Of the values that are not here, one in so many is put in: those that are used often come in all the same, and
    /// those of a set larger than the table do not pay for pushing each other out.
    ///
    /// When a value leaves that was lent, all threads are interrupted for a barrier, which takes as long as looking up
    /// some hundred values elsewhere. So it is lent when that was done about as often. (Under miri, which is to see
    /// much of it in little time, sooner.)
    pub(crate) const fn taken(&self) -> u16 {
        match self {
            Self::Copied(_) => 16,
            Self::Borrowed(_) if cfg!(miri) => 8,
            Self::Borrowed(_) => 256,
            Self::Never => u16::MAX,
        }
    }

    /// The slot value for a value that was found in the index; `is_there` tells whether anything has left since.
    pub(crate) fn room(
        self,
        kept: &StoredEntry,
        value: &V,
        hazard: Option<&Hazard>,
        is_there: impl FnOnce() -> bool,
    ) -> Option<SlotValue> {
        match self {
            // This runs the user's `clone`.
            Self::Copied(copied) => Some(copied.put_in(value)),
            // Nobody could tell who reads it.
            Self::Borrowed(_) if barrier::are_lost() => {
                if let Some(hazard) = hazard {
                    hazard.give_up();
                }
                None
            }
            Self::Borrowed(borrowed) => (borrowed.owned)(kept)?.lend(is_there).map(|address| borrowed.put_in(address)),
            Self::Never => None,
        }
    }
}
