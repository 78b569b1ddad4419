//! The state of a thread, in one place, so that a hit looks for it once.
#![expect(unsafe_code, reason = "measured to matter, and kept in one function")]

use std::cell::Cell;
use std::mem;
use std::ptr;
use std::thread::LocalKey;

use parking_lot::Mutex;

#[cfg(not(cache_runtime_loom))]
use crate::sys::hazard;
use crate::sys::hazard::Hazard;
use crate::sys::mode::Mode;
#[cfg(not(cache_runtime_loom))]
use crate::sys::reading::Mark;
use crate::sys::reading::{self, Look, Reading};
use crate::thread::counts::Counts;
use crate::thread::flags::{ENDING, Flags, MODE, READY};
use crate::thread::table::L1Table;

/// All zero at the beginning, so that a new thread need not be given a copy of it.
pub(crate) struct Thread {
    /// The flags of a call made here.
    pub(crate) flags: Cell<Flags>,
    /// The values found of late, to be had without looking elsewhere.
    pub(crate) table: L1Table,
    /// `None` before the first look-up and when the thread ends.
    pub(crate) seen: Cell<Option<&'static Seen>>,
}

/// The part of a thread's state that others see.
///
/// It is never freed: a thread that ends leaves its own to the next one.
pub(crate) struct Seen {
    #[cfg(not(cache_runtime_loom))]
    hazard: &'static Hazard,
    #[cfg(not(cache_runtime_loom))]
    mark: &'static Mark,
    pub(crate) counts: Counts,
}

impl Thread {
    /// Where the thread can guard what it reads, if it can.
    #[cfg(not(cache_runtime_loom))]
    #[inline(always)]
    pub(crate) fn hazard(&self) -> Option<&'static Hazard> {
        self.seen.get().map(|seen| seen.hazard)
    }

    #[cfg(cache_runtime_loom)]
    pub(crate) fn hazard(&self) -> Option<&'static Hazard> {
        None
    }

    /// A short look at what others may take away, if the thread has all that this needs, and does not read already.
    #[cfg(not(cache_runtime_loom))]
    #[inline(always)]
    pub(crate) fn begin_look(&self) -> Option<Look> {
        self.seen.get()?.mark.begin_look()
    }

    #[cfg(cache_runtime_loom)]
    #[expect(clippy::unused_self, reason = "the model's threads have this elsewhere")]
    pub(crate) fn begin_look(&self) -> Option<Look> {
        prepare();
        reading::begin_look()
    }
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            flags: Cell::new(Flags::NONE),
            table: L1Table::EMPTY,
            seen: Cell::new(None),
        }
    };
    static END: End = const { End };
}

static ALL: Mutex<Vec<&'static Seen>> = Mutex::new(Vec::new());
static FREE: Mutex<Vec<&'static Seen>> = Mutex::new(Vec::new());

impl Seen {
    fn borrow() -> &'static Self {
        if let Some(left) = FREE.lock().pop() {
            return left;
        }
        let seen: &'static Self = Box::leak(Box::new(Self {
            #[cfg(not(cache_runtime_loom))]
            hazard: hazard::register(),
            #[cfg(not(cache_runtime_loom))]
            mark: reading::register(),
            counts: Counts::new(),
        }));
        ALL.lock().push(seen);
        seen
    }
}

/// That part of all threads.
pub(crate) fn all() -> Vec<&'static Seen> {
    ALL.lock().clone()
}

#[inline(always)]
pub(crate) fn this() -> &'static Thread {
    local(&THREAD)
}

/// The state of this thread, without a closure around its use, which would not be inlined where it is long.
#[inline(always)]
fn local(key: &'static LocalKey<Thread>) -> &'static Thread {
    const { assert!(!mem::needs_drop::<Thread>()) };
    let thread = key.with(ptr::from_ref);
    // SAFETY: what needs no drop is there as long as its thread runs, and a reference to what is full of cells cannot
    // be given to another.
    unsafe { &*thread }
}

/// From now on this thread reads what others may take away.
#[cfg(not(cache_runtime_loom))]
#[inline]
pub(crate) fn begin_reading() -> Reading {
    match this().seen.get() {
        Some(seen) => seen.mark.begin(),
        None => begin_first_reading(),
    }
}

#[cfg(cache_runtime_loom)]
pub(crate) fn begin_reading() -> Reading {
    prepare();
    reading::begin()
}

#[cfg(not(cache_runtime_loom))]
#[cold]
fn begin_first_reading() -> Reading {
    prepare();
    this().seen.get().map_or_else(reading::begin_with_spare, |seen| seen.mark.begin())
}

/// Gives the thread what a look-up needs of it, if it has not got that, and notes so.
///
/// When the thread ends it has none again, while the drop of a value may still call cached functions.
fn prepare() {
    let thread = this();
    if thread.flags.get().has(READY.with(ENDING)) {
        return;
    }
    if END.try_with(|_| ()).is_ok() {
        let seen = Seen::borrow();
        #[cfg(not(cache_runtime_loom))]
        seen.hazard.begin();
        thread.seen.set(Some(seen));
    }
    let ready = match Mode::get() {
        Mode::AsAlways => READY,
        Mode::Off | Mode::Verify(_) => READY.with(MODE),
    };
    thread.flags.set(thread.flags.get().with(ready));
}

/// Dropped when the thread ends, before whatever the thread made earlier.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        let thread = this();
        thread.flags.set(ENDING);
        if let Some(seen) = thread.seen.take() {
            #[cfg(not(cache_runtime_loom))]
            seen.hazard.end();
            FREE.lock().push(seen);
        }
    }
}
