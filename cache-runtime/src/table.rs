//! A table per thread of what it found of late: the shortest way of a hit.
//!
//! What is found here is what the index would have answered: every slot carries the epoch of the index at which it was
//! filled, and whatever leaves the index starts a new epoch. Nothing is kept alive: a small value that owns nothing
//! stands here itself, of any other only the address, and a [`Hazard`](crate::hazard::Hazard) stands for it while it is read.

use std::cell::Cell;
use std::sync::atomic::AtomicU64;

use crate::barrier;
use crate::clock::Moment;
use crate::kept::Kept;
use crate::key::Key;
use crate::raw::{Copied, CopyFound, Lent, LentFound, Room};
use crate::thread::{self, Thread};

/// Two values may share a place before one has to leave.
const WAYS: usize = 2;
/// miri looks at every cell of the table whenever a reference to it is made.
const SETS: usize = if cfg!(miri) { 8 } else { 512 };

pub(crate) struct Table {
    sets: [[Slot; WAYS]; SETS],
    /// How many values were asked for that are not here.
    asked: Cell<u16>,
}

/// How the values of a function stand in the table.
pub(crate) enum Near<V> {
    /// Small and owning nothing: a copy.
    Copied(Copied<V>),
    /// All others: the address.
    Lent(Lent<V>),
    /// Not at all: what is kept is not the value.
    Never,
}

impl<V> Clone for Near<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Near<V> {}

impl<V> Near<V> {
    /// Of the values that are not here, one in so many is put in: those that are used often come in all the same, and
    /// those of a set larger than the table do not pay for pushing each other out.
    ///
    /// When a value leaves that was lent, all threads are interrupted for a barrier, which takes as long as looking up
    /// some hundred values elsewhere. So it is lent when that was done about as often. (Under miri, which is to see much
    /// of it in little time, sooner.)
    const fn taken(&self) -> u16 {
        match self {
            Self::Copied(_) => 4,
            Self::Lent(_) if cfg!(miri) => 8,
            Self::Lent(_) => 256,
            Self::Never => u16::MAX,
        }
    }

    /// What is put in for a value that was found in the index; `is_there` tells whether anything has left since.
    pub(crate) fn room(self, kept: &Kept, value: &V, is_there: impl FnOnce() -> bool) -> Option<Room> {
        match self {
            // This runs the user's `clone`.
            Self::Copied(copied) => Some(copied.put_in(value)),
            // Nobody could tell who reads it.
            Self::Lent(_) if barrier::are_lost() => {
                if let Some(hazard) = thread::this().hazard() {
                    hazard.give_up();
                }
                None
            }
            Self::Lent(lent) => (lent.custody)(kept)?.lend(is_there).map(|address| lent.put_in(address)),
            Self::Never => None,
        }
    }
}

pub(crate) struct Slot {
    key: Cell<Key>,
    /// That of the index when the value was read from it; none has epoch 0.
    epoch: Cell<u64>,
    until: Cell<Moment>,
    /// What is known of the last use; see [`Recency`](crate::recency::Recency).
    noted: Cell<u64>,
    /// Where this thread counts the hits of the function; `None` where it has no place for that.
    hits: Cell<Option<&'static AtomicU64>>,
    room: Cell<Room>,
}

/// What has to be known of a value beside it.
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
        room: Cell::new(Room::EMPTY),
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
        near: Near<V>,
        thread: &'a Thread,
        is_there: impl FnOnce() -> bool,
    ) -> Option<Found<'a, V>> {
        match near {
            Near::Copied(copied) => copied.find(&self.room.get()).map(Found::Copied),
            Near::Lent(lent) => lent.find(&self.room.get(), thread.hazard()?, is_there).map(Found::Lent),
            Near::Never => None,
        }
    }

    /// What is known of the last use.
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
    Copied(CopyFound<V>),
    Lent(LentFound<'a, V>),
    /// It was found in the index.
    Elsewhere(V),
}

impl<V> Found<'_, V> {
    /// What a caller gets of it.
    #[inline(always)]
    pub(crate) fn get(self) -> V {
        match self {
            Self::Copied(copied) => copied.get(),
            Self::Lent(lent) => lent.get(),
            Self::Elsewhere(value) => value,
        }
    }
}

impl Table {
    #[expect(clippy::declare_interior_mutable_const, reason = "to begin each table with")]
    #[expect(clippy::large_stack_arrays, reason = "it stands in the thread's own memory, never on a stack")]
    pub(crate) const EMPTY: Self = Self { sets: [const { [const { Slot::EMPTY }; WAYS] }; SETS], asked: Cell::new(0) };

    /// The slot of a value, if it is here and in its time.
    #[inline(always)]
    pub(crate) fn find(&self, key: Key, epoch: u64) -> Option<&Slot> {
        let slot = self.set(key).iter().find(|slot| slot.holds(key, epoch))?;
        let until = slot.until.get();
        if until != Moment::NEVER && Moment::now() >= until {
            return None;
        }
        Some(slot)
    }

    /// Should the value that was just looked up elsewhere be put in?
    #[inline]
    pub(crate) fn wants<V>(&self, near: Near<V>) -> bool {
        let asked = self.asked.get().wrapping_add(1);
        self.asked.set(asked);
        asked.is_multiple_of(near.taken())
    }

    pub(crate) fn put(&self, key: Key, room: Room, about: &About) {
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
