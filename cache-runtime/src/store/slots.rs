//! The places of a table's entries: open addressing, in which one thread at a time changes what others read meanwhile.
//!
//! An entry stands at the place that its key names, or in the next one that was free. A place that was left says so, as
//! long as others may lie behind it; then it can be taken again. Nothing is ever moved: that takes a new array.

use std::ops::Index;
use std::ptr;

use crate::key::Key;
use crate::sys::sync::{AtomicPtr, AtomicU64, Ordering, fence};
use crate::value::entry_pointer::EntryPointer;

/// No slot lies on two cache lines.
#[repr(align(32))]
pub(super) struct Slot {
    /// Of what stands here or has stood here. Not that of `entry`, unless that is the same before and after.
    key: [AtomicU64; 2],
    /// The address of the entry. Null if there was none yet, [`LEFT`] if it has left.
    entry: AtomicPtr<()>,
}

const LEFT: *mut () = ptr::without_provenance_mut(1);

/// At least one slot is always free, where a search ends.
pub(super) struct Slots {
    slots: Box<[Slot]>,
    /// For the model checker, which would not see a look at what is freed: there it is only said to be.
    #[cfg(cache_runtime_loom)]
    pub(super) is_freed: std::sync::atomic::AtomicBool,
}

/// Where an entry is to be put.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Where one with its key stands.
    Taken(usize),
    /// Where one was.
    Left(usize),
    /// Where none was yet.
    Free(usize),
}

impl Index<usize> for Slots {
    type Output = Slot;
    #[inline(always)]
    fn index(&self, place: usize) -> &Slot {
        #[cfg(cache_runtime_loom)]
        assert!(!self.is_freed.load(Ordering::Relaxed), "it was freed while it was read");
        &self.slots[place]
    }
}

impl Slot {
    fn has(&self, [low, high]: [u64; 2]) -> bool {
        self.key[0].load(Ordering::Relaxed) == low && self.key[1].load(Ordering::Relaxed) == high
    }
}

impl Slots {
    /// So many slots, a power of two.
    pub(super) fn new(slots: usize) -> Self {
        let slot = || Slot { key: [AtomicU64::new(0), AtomicU64::new(0)], entry: AtomicPtr::new(ptr::null_mut()) };
        Self {
            slots: (0..slots).map(|_| slot()).collect(),
            #[cfg(cache_runtime_loom)]
            is_freed: std::sync::atomic::AtomicBool::new(false),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// From where the entry of a key may stand.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "any part of a key is as good as the whole for a table")]
    fn from(&self, [low, _]: [u64; 2]) -> usize {
        low as usize & (self.len() - 1)
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.len() - 1)
    }

    fn before(&self, place: usize) -> usize {
        place.wrapping_sub(1) & (self.len() - 1)
    }

    /// The entry of a key, or one that had it when this began.
    #[inline]
    pub(super) fn find(&self, key: Key) -> Option<*mut ()> {
        let key = key.halves();
        let mut place = self.from(key);
        loop {
            let slot = &self[place];
            // The key was written before the entry.
            let entry = slot.entry.load(Ordering::Acquire);
            if entry.is_null() {
                return None;
            }
            if entry != LEFT && slot.has(key) {
                // The key may be that of what came here since. Then what was here is seen to have left: see `fill`.
                fence(Ordering::Acquire);
                if slot.entry.load(Ordering::Relaxed) == entry {
                    return Some(entry);
                }
                continue;
            }
            place = self.after(place);
        }
    }

    /// All entries, each of which was here at some moment of it.
    pub(super) fn each(&self, mut see: impl FnMut(Key, *mut ())) {
        for slot in &self.slots {
            loop {
                let entry = slot.entry.load(Ordering::Acquire);
                if entry.is_null() || entry == LEFT {
                    break;
                }
                let [low, high] = &slot.key;
                let key = Key::of_halves([low.load(Ordering::Relaxed), high.load(Ordering::Relaxed)]);
                fence(Ordering::Acquire);
                if slot.entry.load(Ordering::Relaxed) == entry {
                    see(key, entry);
                    break;
                }
            }
        }
    }
}

/// Changes, which one thread at a time makes.
impl Slots {
    pub(super) fn place(&self, key: Key) -> Place {
        let key = key.halves();
        let mut place = self.from(key);
        let mut left = None;
        loop {
            let slot = &self[place];
            let entry = slot.entry.load(Ordering::Relaxed);
            if entry.is_null() {
                return left.map_or(Place::Free(place), Place::Left);
            }
            if entry == LEFT {
                left = left.or(Some(place));
            } else if slot.has(key) {
                return Place::Taken(place);
            }
            place = self.after(place);
        }
    }

    /// Puts an entry where none is.
    pub(super) fn fill(&self, place: usize, key: Key, entry: EntryPointer) {
        let slot = &self[place];
        // Whoever sees the new key sees that what was here has left.
        fence(Ordering::Release);
        for (word, half) in slot.key.iter().zip(key.halves()) {
            word.store(half, Ordering::Relaxed);
        }
        slot.entry.store(entry.address(), Ordering::Release);
    }

    /// Puts an entry where one with its key is; hands back that.
    pub(super) fn replace(&self, place: usize, entry: EntryPointer) -> *mut () {
        let slot = &self[place];
        let before = slot.entry.load(Ordering::Relaxed);
        slot.entry.store(entry.address(), Ordering::Release);
        before
    }

    /// Takes out the entry that is there; hands back how many slots are free again, too.
    pub(super) fn leave(&self, mut place: usize) -> (*mut (), usize) {
        let entry = self[place].entry.load(Ordering::Relaxed);
        if !self[self.after(place)].entry.load(Ordering::Relaxed).is_null() {
            self[place].entry.store(LEFT, Ordering::Release);
            return (entry, 0);
        }
        // No entry lies behind this place, and none behind those before it that were left.
        let mut free = 0;
        loop {
            self[place].entry.store(ptr::null_mut(), Ordering::Release);
            free += 1;
            place = self.before(place);
            if self[place].entry.load(Ordering::Relaxed) != LEFT {
                return (entry, free);
            }
        }
    }
}
