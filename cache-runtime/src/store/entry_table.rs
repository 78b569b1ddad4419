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
use crate::store::slots::{Place, Slots};
use crate::sys::barrier;
use crate::sys::reading::{Readers, Reading};
use crate::sys::sync::{AtomicBool, AtomicPtr, AtomicUsize, Mutex, Ordering, fence};
use crate::thread::this as thread;
use crate::value::entry_pointer::EntryPointer;
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
    /// What left since it was last looked who reads.
    left: Left,
    /// What left earlier, with those who were reading then.
    read: Vec<(Readers, Left)>,
    /// What nobody can tell who reads: for as long as the table is there.
    unsure: Left,
}

/// What readers may still have.
#[derive(Default)]
struct Left {
    entries: Vec<Arc<StoredEntry>>,
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

impl EntryTable {
    pub(super) fn new() -> Self {
        Self {
            slots: AtomicPtr::new(ptr::null_mut()),
            is_fenced: AtomicBool::new(false),
            len: AtomicUsize::new(0),
            writer: Mutex::new(Writer::default()),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// The slots, as long as it is said that they are read.
    #[inline(always)]
    fn slots<'a>(&'a self, _reading: &'a Reading) -> Option<&'a Slots> {
        let mut slots = self.slots.load(Ordering::Acquire);
        if self.is_fenced.load(Ordering::Relaxed) {
            slots = self.slots_behind_fence();
        }
        // SAFETY: slots come from `Box::into_raw`. They leave in `retire`, when others are in their place, and are
        // freed when whoever may have found them has stopped reading.
        unsafe { slots.as_ref() }
    }

    #[cold]
    fn slots_behind_fence(&self) -> *mut Slots {
        fence(Ordering::SeqCst);
        self.slots.load(Ordering::Acquire)
    }

    #[inline]
    pub(super) fn with<R>(&self, key: &Key, read: impl FnOnce(&Arc<StoredEntry>) -> R) -> Option<R> {
        let reading = thread::begin_reading();
        let entry = self.slots(&reading)?.find(*key)?;
        // SAFETY: what stands in slots are addresses of leaked references. They are taken back by those who take them
        // out, and dropped when whoever may have found them has stopped reading, which this thread has not.
        Some(unsafe { EntryPointer::at(entry).with(read) })
    }

    pub(super) fn for_each(&self, mut see: impl FnMut(&Key, &Arc<StoredEntry>)) {
        let reading = thread::begin_reading();
        let Some(slots) = self.slots(&reading) else { return };
        // SAFETY: as in `with`.
        slots.each(|key, entry| unsafe { EntryPointer::at(entry).with(|entry| see(&key, entry)) });
    }
}

/// Changes. Whoever makes one holds the writer.
impl EntryTable {
    pub(super) fn insert(&self, key: Key, entry: Arc<StoredEntry>) -> Option<Arc<StoredEntry>> {
        let mut writer = self.writer.lock();
        let entry = EntryPointer::leak(entry);
        let place = self.current().map(|slots| (slots, slots.place(key)));
        let (slots, place) = match place {
            Some((slots, Place::Taken(place))) => {
                let before = slots.replace(place, entry);
                // SAFETY: the reference was leaked when it was put in, and has just been taken out.
                return Some(self.retire(&mut writer, unsafe { EntryPointer::at(before).take() }));
            }
            Some((slots, Place::Left(place))) => (slots, place),
            Some((slots, Place::Free(place))) if (writer.used + 1) * 4 <= slots.len() * 3 => {
                writer.used += 1;
                (slots, place)
            }
            _ => {
                let slots = self.rebuild(&mut writer, self.len() + 1);
                let (Place::Taken(place) | Place::Left(place) | Place::Free(place)) = slots.place(key);
                writer.used += 1;
                (slots, place)
            }
        };
        slots.fill(place, key, entry);
        self.len.store(self.len() + 1, Ordering::Relaxed);
        self.reclaim(&mut writer);
        None
    }

    pub(super) fn remove(&self, key: &Key) -> Option<Arc<StoredEntry>> {
        let mut writer = self.writer.lock();
        let slots = self.current()?;
        let Place::Taken(place) = slots.place(*key) else { return None };
        let (entry, free) = slots.leave(place);
        writer.used -= free;
        let len = self.len() - 1;
        self.len.store(len, Ordering::Relaxed);
        if slots.len() > 16 * FEWEST && len < slots.len() / 8 {
            self.rebuild(&mut writer, len);
        }
        // SAFETY: the reference was leaked when it was put in, and has just been taken out.
        Some(self.retire(&mut writer, unsafe { EntryPointer::at(entry).take() }))
    }

    /// Takes out all.
    pub(super) fn drain(&self) -> Vec<Arc<StoredEntry>> {
        let mut writer = self.writer.lock();
        let all = self.empty(&mut writer);
        writer.left.entries.extend(all.iter().cloned());
        self.reclaim(&mut writer);
        all
    }

    /// Takes out all, with the slots.
    fn empty(&self, writer: &mut Writer) -> Vec<Arc<StoredEntry>> {
        let mut all = Vec::with_capacity(self.len());
        if let Some(slots) = self.current() {
            // SAFETY: the references were leaked when they were put in, and leave with the slots.
            slots.each(|_, entry| all.push(unsafe { EntryPointer::at(entry).take() }));
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

    /// Moves all to new slots: so many that some more can come and go before the next time.
    fn rebuild(&self, writer: &mut Writer, entries: usize) -> &Slots {
        let new = Slots::new((entries * 8 / 5).next_power_of_two().max(FEWEST));
        writer.used = 0;
        if let Some(slots) = self.current() {
            slots.each(|key, entry| {
                let (Place::Taken(place) | Place::Left(place) | Place::Free(place)) = new.place(key);
                // SAFETY: the address comes from slots.
                new.fill(place, key, unsafe { EntryPointer::at(entry) });
                writer.used += 1;
            });
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
        if let Some(count) = count {
            writer.left.slots.push(AtomicPtr::new(old));
            writer.left.slots_count += count;
        }
    }

    /// Keeps what was taken out for those who may be reading it.
    fn retire(&self, writer: &mut Writer, entry: Arc<StoredEntry>) -> Arc<StoredEntry> {
        writer.left.entries.push(Arc::clone(&entry));
        self.reclaim(writer);
        entry
    }

    /// Frees what nobody reads any more, if it is worth looking.
    fn reclaim(&self, writer: &mut Writer) {
        for at in (0..writer.read.len()).rev() {
            if writer.read[at].0.are_done() {
                let (_, left) = writer.read.swap_remove(at);
                // SAFETY: all who were reading after it left have stopped since.
                unsafe { left.free() };
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
            unsafe { left.free() };
        } else {
            writer.read.push((readers, left));
        }
    }

    /// The barriers are lost: nobody can tell any more who reads. So what they may find who do not make fences yet is
    /// left to them for good, with references of its own, and never changed. They see that there are other slots when
    /// they next look, and in those stands that fences are to be made.
    #[cold]
    fn begin_fences(&self, writer: &mut Writer) {
        if let Some(slots) = self.current() {
            // SAFETY: the address comes from slots, whose references are there.
            slots.each(|_, entry| unsafe {
                EntryPointer::at(entry).with(|entry| writer.unsure.entries.push(Arc::clone(entry)));
            });
        }
        self.is_fenced.store(true, Ordering::Relaxed);
        self.rebuild(writer, self.len());
        for left in mem::take(&mut writer.read).into_iter().map(|(_, left)| left).chain([mem::take(&mut writer.left)]) {
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
        for left in read.into_iter().map(|(_, left)| left).chain([left, unsure]) {
            // SAFETY: who reads has a reference to the table.
            unsafe { left.free() };
        }
    }
}
