//! A table per thread for small values that own nothing: the shortest way of a hit.
//!
//! What is found here is what the index would have answered: every slot carries the epoch of the index at which it was
//! filled, and whatever leaves the index starts a new epoch. Nothing is kept alive, because nothing here owns anything.

use std::cell::Cell;

use crate::clock::Moment;
use crate::key::Key;
use crate::raw::{Inline, Room};

/// Two values may share a place before one has to leave.
const WAYS: usize = 2;
const SETS: usize = 512;

pub(crate) struct Table {
    sets: [[Slot; WAYS]; SETS],
    /// How many values were asked for that are not here.
    asked: Cell<u8>,
}

/// Of the values that are not here, one in so many is put in: those that are used often come in all the same, and those
/// of a set larger than the table do not pay for pushing each other out.
const TAKEN: u8 = 4;

struct Slot {
    key: Cell<Key>,
    /// That of the index when the value was read from it; none has epoch 0.
    epoch: Cell<u64>,
    until: Cell<Moment>,
    /// What is known of the last use; see [`Recency`](crate::recency::Recency).
    noted: Cell<u64>,
    room: Cell<Room>,
}

/// What has to be known of a value beside it.
pub(crate) struct About {
    pub(crate) epoch: u64,
    pub(crate) until: Moment,
    pub(crate) noted: u64,
}

impl Slot {
    #[expect(clippy::declare_interior_mutable_const, reason = "to begin each slot with")]
    const EMPTY: Self = Self {
        key: Cell::new(Key::new(0)),
        epoch: Cell::new(0),
        until: Cell::new(Moment::from_bits(0)),
        noted: Cell::new(0),
        room: Cell::new(Room::EMPTY),
    };

    fn take_from(&self, other: &Self) {
        self.key.set(other.key.get());
        self.epoch.set(other.epoch.get());
        self.until.set(other.until.get());
        self.noted.set(other.noted.get());
        self.room.set(other.room.get());
    }

    #[inline(always)]
    fn holds(&self, key: Key, epoch: u64) -> bool {
        self.key.get() == key && self.epoch.get() == epoch
    }
}

impl Table {
    #[expect(clippy::declare_interior_mutable_const, reason = "to begin each table with")]
    #[expect(clippy::large_stack_arrays, reason = "it stands in the thread's own memory, never on a stack")]
    pub(crate) const EMPTY: Self = Self { sets: [const { [const { Slot::EMPTY }; WAYS] }; SETS], asked: Cell::new(0) };

    /// The value, if it is here and in its time. `note` is given what is known of its last use and gives what is known
    /// after this one.
    #[inline(always)]
    pub(crate) fn get<V>(&self, key: Key, epoch: u64, inline: Inline<V>, note: impl FnOnce(u64) -> u64) -> Option<V> {
        let slot = self.set(key).iter().find(|slot| slot.holds(key, epoch))?;
        let until = slot.until.get();
        if until != Moment::NEVER && Moment::now() >= until {
            return None;
        }
        slot.noted.set(note(slot.noted.get()));
        inline.take_out(&slot.room.get())
    }

    /// Should the value that was just looked up elsewhere be put in?
    #[inline]
    pub(crate) fn wants(&self) -> bool {
        let asked = self.asked.get().wrapping_add(1);
        self.asked.set(asked);
        asked.is_multiple_of(TAKEN)
    }

    pub(crate) fn put<V>(&self, key: Key, inline: Inline<V>, value: &V, about: &About) {
        // The user's `clone` runs here, before anything is changed.
        let room = inline.put_in(value);
        let [first, second] = self.set(key);
        // The one that was put in before is the next to go, so two that are used in turn stay.
        if first.key.get() != key {
            second.take_from(first);
        }
        first.key.set(key);
        first.epoch.set(about.epoch);
        first.until.set(about.until);
        first.noted.set(about.noted);
        first.room.set(room);
    }

    #[inline(always)]
    fn set(&self, key: Key) -> &[Slot; WAYS] {
        &self.sets[key.place_among(SETS)]
    }
}
