//! A table per thread of what it found of late: the shortest way of a hit.
//!
//! An answer from here is the one that the index would have given: every slot carries the epoch of its key at which it
//! was filled, and whatever leaves the index starts a new one for its shard. Nothing is kept alive: a small value that
//! owns nothing
//! stands here itself, of any other only the address, and a [`Hazard`] stands for it while it is read.

use std::cell::Cell;
use std::sync::atomic::AtomicU64;

use crate::key::Key;
use crate::sys::hazard::Hazard;
use crate::sys::moment::Moment;
use crate::value::slot_form::SlotForm;
use crate::value::slot_value::{BorrowedFound, CopiedFound, SlotValue};

/// Two values may share a place before one has to leave.
const WAYS: usize = 2;
/// miri looks at every cell of the table whenever a reference to it is made.
const SETS: usize = if cfg!(miri) { 8 } else { 512 };

pub(crate) struct L1Table {
    sets: [[Slot; WAYS]; SETS],
    /// How many values were asked for that are not here.
    asked: Cell<u16>,
}

pub(crate) struct Slot {
    key: Cell<Key>,
    /// That of the key when the value was read from it; none has epoch 0.
    epoch: Cell<u64>,
    until: Cell<Moment>,
    /// A mark of the last use; see [`Recency`](crate::store::eviction::recency::Recency).
    noted: Cell<u64>,
    /// Where this thread counts the hits of the function; `None` where it has no place for that.
    hits: Cell<Option<&'static AtomicU64>>,
    room: Cell<SlotValue>,
}

/// Slot metadata.
pub(crate) struct About {
    pub(crate) epoch: u64,
    pub(crate) until: Moment,
    pub(crate) noted: u64,
    pub(crate) hits: Option<&'static AtomicU64>,
}

impl Slot {
    #[expect(clippy::declare_interior_mutable_const, reason = "to begin each slot with")]
    const EMPTY: Self = Self {
        key: Cell::new(Key::new(0)),
        epoch: Cell::new(0),
        until: Cell::new(Moment::from_bits(0)),
        noted: Cell::new(0),
        hits: Cell::new(None),
        room: Cell::new(SlotValue::EMPTY),
    };

    fn take_from(&self, other: &Self) {
        self.key.set(other.key.get());
        self.epoch.set(other.epoch.get());
        self.until.set(other.until.get());
        self.noted.set(other.noted.get());
        self.hits.set(other.hits.get());
        self.room.set(other.room.get());
    }

    /// The value itself. `is_there` tells whether the epoch has lasted until now.
    #[inline(always)]
    pub(crate) fn value<'a, V>(
        &'a self,
        near: SlotForm<V>,
        hazard: Option<&'static Hazard>,
        is_there: impl FnOnce() -> bool,
    ) -> Option<Found<'a, V>> {
        match near {
            SlotForm::Copied(copied) => copied.find(&self.room.get()).map(Found::Copied),
            SlotForm::Borrowed(lent) => lent.find(&self.room.get(), hazard?, is_there).map(Found::Borrowed),
            SlotForm::Never => None,
        }
    }

    /// The mark of the last use.
    #[inline(always)]
    pub(crate) fn noted(&self) -> u64 {
        self.noted.get()
    }

    pub(crate) fn note(&self, noted: u64) {
        self.noted.set(noted);
    }

    #[inline(always)]
    pub(crate) fn hits(&self) -> Option<&'static AtomicU64> {
        self.hits.get()
    }

    #[inline(always)]
    fn holds(&self, key: Key, epoch: u64) -> bool {
        self.key.get() == key && self.epoch.get() == epoch
    }
}

/// A value that was found, not yet cloned: a clone that went through an `Option` would be moved about.
pub(crate) enum Found<'a, V> {
    Copied(CopiedFound<V>),
    Borrowed(BorrowedFound<'a, V>),
    /// It was found in the index.
    Elsewhere(V),
}

impl<V> Found<'_, V> {
    /// The value for a caller.
    #[inline(always)]
    pub(crate) fn get(self) -> V {
        match self {
            Self::Copied(copied) => copied.get(),
            Self::Borrowed(lent) => lent.get(),
            Self::Elsewhere(value) => value,
        }
    }
}

impl L1Table {
    #[expect(clippy::declare_interior_mutable_const, reason = "to begin each table with")]
    #[expect(clippy::large_stack_arrays, reason = "it stands in the thread's own memory, never on a stack")]
    pub(crate) const EMPTY: Self = Self { sets: [const { [const { Slot::EMPTY }; WAYS] }; SETS], asked: Cell::new(0) };

    /// The slot of a value, if it is here and in its time. What time it is, is only asked where that matters.
    #[inline(always)]
    pub(crate) fn find(&self, key: Key, epoch: u64, now: impl FnOnce() -> Moment) -> Option<&Slot> {
        let slot = self.set(key).iter().find(|slot| slot.holds(key, epoch))?;
        let until = slot.until.get();
        if until != Moment::NEVER && now() >= until {
            return None;
        }
        Some(slot)
    }

    /// Should the value that was just looked up elsewhere be put in?
    #[inline]
    pub(crate) fn wants<V>(&self, near: SlotForm<V>) -> bool {
        let asked = self.asked.get().wrapping_add(1);
        self.asked.set(asked);
        asked.is_multiple_of(near.taken())
    }

    pub(crate) fn put(&self, key: Key, room: SlotValue, about: &About) {
        let [first, second] = self.set(key);
        // The one that was put in before is the next to go, so two that are used in turn stay.
        if first.key.get() != key {
            second.take_from(first);
        }
        first.key.set(key);
        first.epoch.set(about.epoch);
        first.until.set(about.until);
        first.noted.set(about.noted);
        first.hits.set(about.hits);
        first.room.set(room);
    }

    #[inline(always)]
    fn set(&self, key: Key) -> &[Slot; WAYS] {
        &self.sets[key.place_among(SETS)]
    }
}
