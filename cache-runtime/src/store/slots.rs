//! The places of a table's entries: open addressing, in which one thread at a time changes what others read meanwhile.
//!
//! An entry stands at the place that its key names, or at a later one that had room. What stands in a slot beside the
//! entry's address is written before that, and not again until nobody reads any more who may have found it. So it may be
//! of any type, and be read like all that nobody changes.
#![expect(unsafe_code, reason = "what readers find is changed when none is there, as the compiler cannot know")]

use std::ptr;

use crate::key::Key;
use crate::sys::sync::{AtomicPtr, AtomicU64, AtomicUsize, Ordering, UnsafeCell};
use crate::value::entry_pointer::EntryPointer;
use crate::value::small_copy::{SmallBits, SmallCopy};

/// Two of them have one cache line.
#[repr(align(32))]
struct Slot {
    /// The address of the entry, and whether its value stands here: [`COPIED`]. Null if there was no entry yet.
    entry: AtomicPtr<()>,
    body: UnsafeCell<Body>,
}

/// What readers look at who have found an entry.
struct Body {
    key: [u64; 2],
    /// The value, if it is small.
    copy: SmallBits,
}

/// Added to the address of an entry whose value stands in its slot.
const COPIED: usize = 1;
/// An entry has left that readers may still find.
const LEFT: *mut () = ptr::without_provenance_mut(2);
/// An entry has left, and others may lie behind.
const VACANT: *mut () = ptr::without_provenance_mut(4);

/// At least one slot is always free, where a search ends.
pub(super) struct Slots {
    all: Box<[Slot]>,
    /// The type of the values that stand in the slots, as [`SmallCopy`] has it; others are found by their entries.
    type_id: AtomicUsize,
    /// Marks of the last uses, by place, where uses are noted.
    noted: Option<Box<[AtomicU64]>>,
    /// For the model checker, which would not see a look at what is freed: there it is only said to be.
    #[cfg(cache_runtime_loom)]
    pub(super) is_freed: std::sync::atomic::AtomicBool,
}

/// Where an entry stands, or is to be put.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Where one with its key stands.
    Taken(usize),
    /// Where one was.
    Vacant(usize),
    /// Where none was yet.
    Free(usize),
}

impl Place {
    pub(super) fn index(self) -> usize {
        let (Self::Taken(place) | Self::Vacant(place) | Self::Free(place)) = self;
        place
    }
}

/// An entry that was found, for as long as it is said that the slots are read.
#[derive(Clone, Copy)]
pub(super) struct InSlot<'a> {
    slots: &'a Slots,
    place: usize,
    entry: *mut (),
}

impl Slots {
    /// So many slots, a power of two.
    pub(super) fn new(slots: usize, notes_uses: bool) -> Self {
        let slot = || Slot {
            entry: AtomicPtr::new(ptr::null_mut()),
            body: UnsafeCell::new(Body { key: [0; 2], copy: SmallBits::EMPTY }),
        };
        Self {
            all: (0..slots).map(|_| slot()).collect(),
            type_id: AtomicUsize::new(0),
            noted: notes_uses.then(|| (0..slots).map(|_| AtomicU64::new(0)).collect()),
            #[cfg(cache_runtime_loom)]
            is_freed: std::sync::atomic::AtomicBool::new(false),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    #[inline(always)]
    fn at(&self, place: usize) -> &Slot {
        #[cfg(cache_runtime_loom)]
        assert!(!self.is_freed.load(Ordering::Relaxed), "it was freed while it was read");
        &self.all[place]
    }

    /// From where the entry of a key may stand.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "any part of a key is as good as the whole for a table")]
    fn first(&self, [low, _]: [u64; 2]) -> usize {
        low as usize & (self.len() - 1)
    }

    #[inline(always)]
    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.len() - 1)
    }

    fn before(&self, place: usize) -> usize {
        place.wrapping_sub(1) & (self.len() - 1)
    }

    /// What stands beside the address of an entry.
    ///
    /// # Safety
    /// That address was loaded from the slot, by the one who changes it or by one who has read since.
    #[inline(always)]
    unsafe fn body<R>(slot: &Slot, see: impl FnOnce(&Body) -> R) -> R {
        // SAFETY: it was written before the address, and is not written again while the entry stands here or one reads who
        // may have found it.
        slot.body.with(|body| see(unsafe { &*body }))
    }

    /// The entry of a key, or one that had it when this began.
    ///
    /// # Safety
    /// This thread reads, or is the one who changes them.
    #[inline(always)]
    pub(super) unsafe fn find(&self, key: Key) -> Option<InSlot<'_>> {
        let key = key.halves();
        let mut place = self.first(key);
        loop {
            let slot = self.at(place);
            let entry = slot.entry.load(Ordering::Acquire);
            // SAFETY: the address was loaded just now, as the caller promises to be allowed.
            if is_entry(entry) && unsafe { Self::body(slot, |body| body.key == key) } {
                return Some(InSlot { slots: self, place, entry });
            }
            if entry.is_null() {
                return None;
            }
            place = self.after(place);
        }
    }

    /// All entries, each of which was here at some moment of it.
    ///
    /// # Safety
    /// This thread reads, or is the one who changes them.
    pub(super) unsafe fn each(&self, mut see: impl FnMut(Key, InSlot<'_>)) {
        for place in 0..self.len() {
            let slot = self.at(place);
            let entry = slot.entry.load(Ordering::Acquire);
            if is_entry(entry) {
                // SAFETY: as in `find`.
                let key = unsafe { Self::body(slot, |body| Key::of_halves(body.key)) };
                see(key, InSlot { slots: self, place, entry });
            }
        }
    }
}

#[inline(always)]
fn is_entry(entry: *mut ()) -> bool {
    entry.addr() > VACANT.addr()
}

impl InSlot<'_> {
    #[inline(always)]
    pub(super) fn entry(self) -> EntryPointer {
        // SAFETY: it is that of an entry, but for the mark.
        unsafe { EntryPointer::at(self.entry.map_addr(|address| address & !COPIED)) }
    }

    /// The value, if it stands here.
    #[inline(always)]
    pub(super) fn copy(self) -> Option<SmallCopy> {
        if self.entry.addr() & COPIED == 0 {
            return None;
        }
        // SAFETY: the address was loaded by `find` or `each`.
        let bits = unsafe { Slots::body(self.slots.at(self.place), |body| body.copy) };
        Some(SmallCopy { bits, type_id: self.slots.type_id.load(Ordering::Relaxed) })
    }

    /// Is the last use noted as this, where that matters?
    #[inline(always)]
    pub(super) fn is_noted(self, mark: u64) -> bool {
        match &self.slots.noted {
            None => true,
            // 0 is noted of what was not used.
            Some(noted) => {
                mark != 0 && noted.get(self.place).is_some_and(|noted| noted.load(Ordering::Relaxed) == mark)
            }
        }
    }

    /// The mark of the last use.
    pub(super) fn noted(self) -> u64 {
        self.slots.noted.as_ref().map_or(0, |noted| noted[self.place].load(Ordering::Relaxed))
    }

    pub(super) fn note(self, mark: u64) {
        if let Some(noted) = &self.slots.noted {
            noted[self.place].store(mark, Ordering::Relaxed);
        }
    }
}

/// Changes, which one thread at a time makes.
impl Slots {
    /// Where the entry of a key is, or can be put.
    ///
    /// # Safety
    /// This thread is the one who changes them.
    pub(super) unsafe fn place(&self, key: Key) -> Place {
        let mut place = self.first(key.halves());
        let mut vacant = None;
        loop {
            let slot = self.at(place);
            let entry = slot.entry.load(Ordering::Relaxed);
            if entry.is_null() {
                return vacant.map_or(Place::Free(place), Place::Vacant);
            }
            if entry == VACANT {
                vacant = vacant.or(Some(place));
            }
            // SAFETY: this is the one who changes them.
            if is_entry(entry) && unsafe { Self::body(slot, |body| body.key == key.halves()) } {
                return Place::Taken(place);
            }
            place = self.after(place);
        }
    }

    /// A place behind this one.
    pub(super) fn place_after(&self, mut place: usize) -> Place {
        loop {
            place = self.after(place);
            let entry = self.at(place).entry.load(Ordering::Relaxed);
            if entry.is_null() {
                return Place::Free(place);
            }
            if entry == VACANT {
                return Place::Vacant(place);
            }
        }
    }

    /// Puts an entry where there is none, and a copy of its value, if it is small.
    ///
    /// # Safety
    /// This thread is the one who changes them, and the place is vacant or free.
    pub(super) unsafe fn fill(&self, place: usize, key: Key, entry: EntryPointer, copy: Option<SmallCopy>) {
        let copy = copy.filter(|copy| match self.type_id.load(Ordering::Relaxed) {
            0 => {
                self.type_id.store(copy.type_id, Ordering::Relaxed);
                true
            }
            type_id => type_id == copy.type_id,
        });
        let slot = self.at(place);
        let body = Body { key: key.halves(), copy: copy.map_or(SmallBits::EMPTY, |copy| copy.bits) };
        // SAFETY: nobody reads it: there was no entry here yet, or all have stopped who may have found it.
        slot.body.with_mut(|place| unsafe { *place = body });
        if let Some(noted) = &self.noted {
            noted[place].store(0, Ordering::Relaxed);
        }
        let mark = if copy.is_some() { COPIED } else { 0 };
        // What was written before this is seen by who finds it.
        slot.entry.store(entry.address().map_addr(|address| address | mark), Ordering::Release);
    }

    /// Takes out the entry that is there. Nothing comes in its place until that is [vacated](Self::vacate).
    pub(super) fn leave(&self, place: usize) -> InSlot<'_> {
        let slot = self.at(place);
        let entry = slot.entry.load(Ordering::Relaxed);
        slot.entry.store(LEFT, Ordering::Release);
        InSlot { slots: self, place, entry }
    }

    /// Nobody reads any more who may have found what was there. Hands back how many slots are free by that.
    ///
    /// # Safety
    /// That is so, and the entry has left.
    pub(super) unsafe fn vacate(&self, mut place: usize) -> usize {
        if !self.at(self.after(place)).entry.load(Ordering::Relaxed).is_null() {
            self.at(place).entry.store(VACANT, Ordering::Release);
            return 0;
        }
        // No entry lies behind this place, and none behind those before it that are vacant.
        let mut free = 0;
        loop {
            self.at(place).entry.store(ptr::null_mut(), Ordering::Release);
            free += 1;
            place = self.before(place);
            if self.at(place).entry.load(Ordering::Relaxed) != VACANT {
                return free;
            }
        }
    }
}
