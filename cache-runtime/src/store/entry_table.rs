//! The table from key to entry: readers look into it while one thread at a time changes it.
//!
//! A reader takes no lock and writes to nothing that others write: it marks that it [reads](reading), and what it may
//! find meanwhile is not freed. What left is kept until all who may have it have stopped, together with what left about
//! then: to look for them costs a barrier on all threads.
#![expect(unsafe_code, reason = "what readers find belongs to nobody whom the compiler knows")]

use std::mem;
use std::ptr;
use std::sync::Arc;

use crate::key::Key;
use crate::store::epochs::Epochs;
use crate::store::slots::{InSlot, Place, Slots};
use crate::sys::barrier;
use crate::sys::moment::Moment;
use crate::sys::reading::{Readers, Reading};
use crate::sys::sync::{AtomicBool, AtomicPtr, AtomicUsize, Mutex, Ordering, fence};
use crate::thread::this::{self as thread, Thread};
use crate::value::entry_pointer::EntryPointer;
use crate::value::small_copy::SmallCopy;
use crate::value::stored_entry::StoredEntry;

/// The slots of the smallest table.
const FEWEST: usize = if cfg!(cache_runtime_loom) { 2 } else { 4 };
/// About what an entry and a slot take, in bytes.
const ENTRY: usize = 128;
const SLOT: usize = 32;
/// So many bytes may wait to be freed with one barrier, and an eighth of what is in use.
const WAITING: usize = if cfg!(any(cache_runtime_loom, miri)) { 0 } else { 4096 };

pub(super) struct EntryTable {
    /// Null while there are none.
    slots: AtomicPtr<Slots>,
    /// Barriers cannot be had: readers make a fence. Those who have yet to see that are told by other slots, see
    /// [`begin_fences`](Self::begin_fences).
    is_fenced: AtomicBool,
    len: AtomicUsize,
    writer: Mutex<Writer>,
}

/// What only those need who change the table.
#[derive(Default)]
struct Writer {
    /// How many slots are not free.
    used: usize,
    /// Are uses noted beside the entries?
    notes_uses: bool,
    /// What left since it was last looked who reads.
    left: Left,
    /// What left earlier, with those who were reading then, and the slots from which it left.
    read: Vec<(Readers, Left, u64)>,
    /// Of the slots.
    generation: u64,
    /// What nobody can tell who reads: for as long as the table is there.
    unsure: Left,
}

/// What readers may still have.
#[derive(Default)]
struct Left {
    entries: Vec<Arc<StoredEntry>>,
    /// Where they were, if the slots are the same still.
    places: Vec<usize>,
    /// Addresses that are not those of boxes again: readers look into them.
    slots: Vec<AtomicPtr<Slots>>,
    slots_count: usize,
}

impl Left {
    fn bytes(&self) -> usize {
        self.entries.len() * ENTRY + self.slots_count * SLOT
    }

    /// Frees it. None of the user's code runs by that: what the entries held was let go when they left, or is let go by
    /// those who have a reference to them still.
    ///
    /// # Safety
    /// Nobody reads it any more.
    unsafe fn free(self) {
        for slots in self.slots {
            // SAFETY: slots come here once, as their table gets others, from `Box::into_raw`; nobody reads them, as the
            // caller promises.
            let slots = unsafe { Box::from_raw(slots.load(Ordering::Relaxed)) };
            #[cfg(cache_runtime_loom)]
            Box::leak(slots).is_freed.store(true, Ordering::Relaxed);
            #[cfg(not(cache_runtime_loom))]
            drop(slots);
        }
    }
}

/// So many slots may be taken, of so many: of few, which the processor has near by, two in three, for a look in vain ends
/// at one that is free; of many four in five, for what takes longest is to fetch them.
fn most_used(slots: usize) -> usize {
    const FEW: usize = 1 << 14;
    if slots <= FEW { slots * 2 / 3 } else { slots * 4 / 5 }
}

impl EntryTable {
    pub(super) fn new() -> Self {
        Self {
            slots: AtomicPtr::new(ptr::null_mut()),
            is_fenced: AtomicBool::new(false),
            len: AtomicUsize::new(0),
            writer: Mutex::new(Writer::default()),
        }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// The slots, as long as it is said that they are read.
    #[inline(always)]
    fn slots<'a>(&'a self, _reading: &'a Reading) -> Option<&'a Slots> {
        // SAFETY: slots come from `Box::into_raw`. They leave in `publish`, when others are in their place, and are freed
        // when whoever may have found them has stopped reading.
        unsafe { self.find_slots().as_ref() }
    }

    /// The slots, for who has marked that it reads.
    #[inline(always)]
    fn find_slots(&self) -> *mut Slots {
        let slots = self.slots.load(Ordering::Acquire);
        // In this order: who finds slots knows whether a fence is to be made.
        if self.is_fenced.load(Ordering::Relaxed) { self.slots_behind_fence() } else { slots }
    }

    #[cold]
    fn slots_behind_fence(&self) -> *mut Slots {
        fence(Ordering::SeqCst);
        self.slots.load(Ordering::Acquire)
    }

    /// The copy of a small value, if its last use is known to be noted as this.
    #[inline(always)]
    pub(super) fn copy(&self, thread: &Thread, key: Key, noted: u64) -> SmallCopy {
        let Some(_look) = thread.begin_look() else { return SmallCopy::UNKNOWN };
        // SAFETY: as in `slots`.
        let Some(slots) = (unsafe { self.find_slots().as_ref() }) else { return SmallCopy::ABSENT };
        // SAFETY: this thread reads.
        let Some(slot) = (unsafe { slots.find(key) }) else { return SmallCopy::ABSENT };
        if slot.is_noted(noted) { slot.copy().unwrap_or(SmallCopy::UNKNOWN) } else { SmallCopy::UNKNOWN }
    }

    #[inline]
    pub(super) fn with<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>, InSlot<'_>) -> R) -> Option<R> {
        let reading = thread::begin_reading();
        // SAFETY: this thread reads.
        let slot = unsafe { self.slots(&reading)?.find(*key) }?;
        // SAFETY: what stands in slots are addresses of leaked references. They are taken back by those who take them
        // out, and dropped when whoever may have found them has stopped reading, which this thread has not.
        Some(unsafe { slot.entry().with(|entry| read(entry, slot)) })
    }

    pub(super) fn for_each(&self, mut see: impl FnMut(&Key, &Arc<StoredEntry>)) {
        let reading = thread::begin_reading();
        let Some(slots) = self.slots(&reading) else { return };
        // SAFETY: as in `with`.
        unsafe { slots.each(|key, slot| slot.entry().with(|entry| see(&key, entry))) };
    }
}

/// Changes. Whoever makes one holds the writer.
impl EntryTable {
    /// Puts an entry in; hands back the one that it replaces, which ends its epoch.
    pub(super) fn insert(&self, key: Key, entry: Arc<StoredEntry>, epochs: &Epochs) -> Option<Arc<StoredEntry>> {
        let mut writer = self.writer.lock();
        let is_plain = !entry.record.is_some() && entry.times.fresh_until == Moment::NEVER;
        let copy = is_plain.then(|| entry.value.copy()).flatten();
        let entry = EntryPointer::leak(entry);
        let slots = match self.current() {
            Some(slots) if writer.used < most_used(slots.len()) => slots,
            _ => self.rebuild(&mut writer, self.len() + 1),
        };
        let fill = |writer: &mut Writer, place: Place| {
            // SAFETY: who has the writer is the one who changes them; the place is not taken, as it was just found.
            unsafe { slots.fill(place.index(), key, entry, copy) };
            writer.used += usize::from(matches!(place, Place::Free(_)));
        };
        // SAFETY: who has the writer is the one who changes them.
        let before = match unsafe { slots.place(key) } {
            // Behind the one that is there: so who looks for the key finds one of them at any moment.
            Place::Taken(taken) => Some(epochs.let_go(key, self.len(), || {
                fill(&mut writer, slots.place_after(taken));
                Self::take_out(&mut writer, slots, taken)
            })),
            place => {
                fill(&mut writer, place);
                None
            }
        };
        self.len.store(self.len() + usize::from(before.is_none()), Ordering::Relaxed);
        self.reclaim(&mut writer);
        before
    }

    /// Takes an entry out, which ends its epoch.
    pub(super) fn remove(&self, key: &Key, epochs: &Epochs) -> Option<Arc<StoredEntry>> {
        let mut writer = self.writer.lock();
        let slots = self.current()?;
        // SAFETY: who has the writer is the one who changes them.
        let Place::Taken(place) = (unsafe { slots.place(*key) }) else { return None };
        let entry = epochs.let_go(*key, self.len(), || Self::take_out(&mut writer, slots, place));
        let len = self.len() - 1;
        self.len.store(len, Ordering::Relaxed);
        if slots.len() > 16 * FEWEST && len < slots.len() / 8 {
            self.rebuild(&mut writer, len);
        }
        self.reclaim(&mut writer);
        Some(entry)
    }

    /// Takes out all.
    pub(super) fn drain(&self) -> Vec<Arc<StoredEntry>> {
        let mut writer = self.writer.lock();
        let all = self.empty(&mut writer);
        writer.left.entries.extend(all.iter().cloned());
        self.reclaim(&mut writer);
        all
    }

    /// Takes an entry out of its slot, and keeps it for those who may be reading it.
    fn take_out(writer: &mut Writer, slots: &Slots, place: usize) -> Arc<StoredEntry> {
        // SAFETY: the reference was leaked when it was put in, and has just been taken out.
        let entry = unsafe { slots.leave(place).entry().take() };
        writer.left.entries.push(Arc::clone(&entry));
        writer.left.places.push(place);
        entry
    }

    /// Takes out all, with the slots.
    fn empty(&self, writer: &mut Writer) -> Vec<Arc<StoredEntry>> {
        let mut all = Vec::with_capacity(self.len());
        if let Some(slots) = self.current() {
            // SAFETY: who has the writer is the one who changes them. The references were leaked when they were put in,
            // and leave with the slots.
            unsafe { slots.each(|_, slot| all.push(slot.entry().take())) };
        }
        self.publish(writer, ptr::null_mut());
        writer.used = 0;
        self.len.store(0, Ordering::Relaxed);
        all
    }

    /// The slots, for who changes them.
    fn current(&self) -> Option<&Slots> {
        // SAFETY: as in `slots`; others come in their place by changes alone.
        unsafe { self.slots.load(Ordering::Relaxed).as_ref() }
    }

    /// From now on uses are noted beside the entries. The room for it is made here: a hit does not allocate.
    pub(super) fn note_uses(&self) {
        let mut writer = self.writer.lock();
        writer.notes_uses = true;
        if self.current().is_some() {
            self.rebuild(&mut writer, self.len());
        }
    }

    /// Moves all to new slots: so many that some more can come and go before the next time.
    fn rebuild(&self, writer: &mut Writer, entries: usize) -> &Slots {
        let mut slots = (entries * 5 / 4).next_power_of_two().max(FEWEST);
        // Some are to be there for those that come and go.
        while most_used(slots) - most_used(slots) / 4 < entries {
            slots *= 2;
        }
        let new = Slots::new(slots, writer.notes_uses);
        writer.used = 0;
        if let Some(slots) = self.current() {
            // SAFETY: who has the writer is the one who changes them, and nobody has the new ones.
            unsafe {
                slots.each(|key, slot| {
                    new.fill(new.place(key).index(), key, slot.entry(), slot.copy());
                    writer.used += 1;
                });
            }
        } else if !barrier::are_available() {
            self.is_fenced.store(true, Ordering::Relaxed);
        }
        let new = Box::into_raw(Box::new(new));
        self.publish(writer, new);
        // SAFETY: they are there until others are published, by a change.
        unsafe { &*new }
    }

    /// Puts others in place of the slots. Who finds them knows whether to make fences.
    fn publish(&self, writer: &mut Writer, new: *mut Slots) {
        let count = self.current().map(Slots::len);
        let old = self.slots.load(Ordering::Relaxed);
        self.slots.store(new, Ordering::Release);
        writer.generation += 1;
        writer.left.places.clear();
        if let Some(count) = count {
            writer.left.slots.push(AtomicPtr::new(old));
            writer.left.slots_count += count;
        }
    }

    /// Frees what nobody reads any more, if it is worth looking.
    fn reclaim(&self, writer: &mut Writer) {
        for at in (0..writer.read.len()).rev() {
            if writer.read[at].0.are_done() {
                let (_, left, generation) = writer.read.swap_remove(at);
                // SAFETY: all who were reading after it left have stopped since.
                unsafe { self.free(writer, left, generation) };
            }
        }
        if writer.left.bytes() <= WAITING.max(self.len() * ENTRY / 8) {
            return;
        }
        let readers =
            if self.is_fenced.load(Ordering::Relaxed) { Some(Readers::behind_fences()) } else { Readers::now() };
        let Some(mut readers) = readers else {
            self.begin_fences(writer);
            return;
        };
        let left = mem::take(&mut writer.left);
        if readers.are_done() {
            // SAFETY: nobody was reading after it left.
            unsafe { self.free(writer, left, writer.generation) };
        } else {
            writer.read.push((readers, left, writer.generation));
        }
    }

    /// Frees what has left, and its places.
    ///
    /// # Safety
    /// Nobody reads it any more.
    unsafe fn free(&self, writer: &mut Writer, mut left: Left, generation: u64) {
        let places = mem::take(&mut left.places);
        if let Some(slots) = self.current()
            && generation == writer.generation
        {
            for place in places {
                // SAFETY: what was there has left, and nobody reads it, as the caller promises.
                writer.used -= unsafe { slots.vacate(place) };
            }
        }
        // SAFETY: as the caller promises.
        unsafe { left.free() };
    }

    /// The barriers are lost: nobody can tell any more who reads. So what they may find who do not make fences yet is
    /// left to them for good, with references of its own, and never changed. They see that there are other slots when
    /// they next look, and in those stands that fences are to be made.
    #[cold]
    fn begin_fences(&self, writer: &mut Writer) {
        if let Some(slots) = self.current() {
            // SAFETY: who has the writer is the one who changes them, and what stands in them is there.
            unsafe { slots.each(|_, slot| slot.entry().with(|entry| writer.unsure.entries.push(Arc::clone(entry)))) };
        }
        self.is_fenced.store(true, Ordering::Relaxed);
        self.rebuild(writer, self.len());
        for left in
            mem::take(&mut writer.read).into_iter().map(|(_, left, _)| left).chain([mem::take(&mut writer.left)])
        {
            writer.unsure.entries.extend(left.entries);
            writer.unsure.slots.extend(left.slots);
        }
    }
}

impl Drop for EntryTable {
    fn drop(&mut self) {
        let mut writer = mem::take(&mut *self.writer.lock());
        drop(self.empty(&mut writer));
        let Writer { left, read, unsure, .. } = writer;
        for left in read.into_iter().map(|(_, left, _)| left).chain([left, unsure]) {
            // SAFETY: who reads has a reference to the table.
            unsafe { left.free() };
        }
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests;
