//! Values that own something are cloned where the cache keeps them, while a hazard pointer says so.
//!
//! A thread writes down which value it is about to clone, and then makes sure that nothing has left meanwhile. Whoever
//! takes a value out looks afterwards who has it written down, and leaves the drop to those; nobody waits for anybody,
//! though cloning runs the user's code.
//!
//! Where the barriers are lost while the process runs, nobody can tell any more who is reading what. Then a reference
//! is left to every thread that may be, and each drops it when it is certainly not reading, and guards nothing from
//! then on.
//!
//! After Maged Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects" (2004), with the barriers of
//! [`barrier`].

use std::any::Any;
use std::sync::Arc;

use crate::sys::barrier;
use crate::sys::panics::contain;
use crate::sys::sync::{AtomicBool, AtomicUsize, Mutex, Ordering};

/// The hazard pointer of one thread, for others to look at.
pub(crate) struct Hazard {
    /// The address of the value that is being cloned.
    guarded: AtomicUsize,
    has_left: AtomicBool,
    /// Retired values that were guarded, with their addresses: for the thread to drop.
    left: Mutex<Vec<(usize, RetiredValue)>>,
}

type RetiredValue = Arc<dyn Any + Send + Sync>;

const NOTHING: usize = 0;
/// Where the barriers cannot be had, or there is no thread, nothing is to be guarded.
const UNAVAILABLE: usize = usize::MAX;

impl Hazard {
    fn new() -> Self {
        Self { guarded: AtomicUsize::new(UNAVAILABLE), has_left: AtomicBool::new(false), left: Mutex::new(Vec::new()) }
    }

    /// A thread begins to use it.
    pub(crate) fn begin(&self) {
        if barrier::are_available() && !barrier::are_lost() {
            self.guarded.store(NOTHING, Ordering::Release);
        }
    }

    /// The thread ends: nothing is guarded any more.
    pub(crate) fn end(&self) {
        self.guarded.store(UNAVAILABLE, Ordering::Release);
        self.drop_what_left();
    }

    /// The barriers are lost: unless it guards something just now, the thread guards nothing any more.
    pub(crate) fn give_up(&self) {
        if self.guards(NOTHING) {
            self.end();
        }
    }

    /// From now on the value at `address` is not dropped, if it has not left before: that is to be looked up now.
    /// `None` if the thread already guards something: the clone of one value may look for another.
    #[inline(always)]
    pub(crate) fn guard(&self, address: usize) -> Option<Guard<'_>> {
        if self.guarded.load(Ordering::Relaxed) != NOTHING {
            return None;
        }
        self.guarded.store(address, Ordering::Release);
        barrier::light();
        Some(Guard(self))
    }

    /// Drops the retired values that were left to the thread, when it guards nothing.
    #[cold]
    #[inline(never)]
    fn drop_what_left(&self) {
        if barrier::are_lost() {
            self.guarded.store(UNAVAILABLE, Ordering::Release);
        }
        let left = {
            let mut left = self.left.lock();
            self.has_left.store(false, Ordering::Relaxed);
            std::mem::take(&mut *left)
        };
        for value in left {
            contain(|| drop(value));
        }
    }

    fn leave(&self, address: usize, value: RetiredValue) {
        let mut left = self.left.lock();
        left.push((address, value));
        self.has_left.store(true, Ordering::Relaxed);
    }

    fn take_back(&self, address: usize) {
        let mut left = self.left.lock();
        left.retain(|(of, _)| *of != address);
        self.has_left.store(!left.is_empty(), Ordering::Relaxed);
    }

    fn guards(&self, address: usize) -> bool {
        // Reads under the guard come before whatever follows.
        self.guarded.load(Ordering::Acquire) == address
    }
}

/// Ends when it is dropped.
pub(crate) struct Guard<'a>(&'a Hazard);

impl Drop for Guard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.guarded.store(NOTHING, Ordering::Release);
        barrier::light();
        if self.0.has_left.load(Ordering::Relaxed) {
            self.0.drop_what_left();
        }
    }
}

/// Those who guard something.
pub(crate) struct Guards {
    hazards: Vec<&'static Hazard>,
    /// Or may guard something: nobody can tell.
    is_unsure: bool,
}

impl Guards {
    /// For what nobody was ever able to guard.
    pub(crate) const NONE: Self = Self { hazards: Vec::new(), is_unsure: false };

    /// Of what left before this, nobody who does not guard it now will find it there.
    /// `own` is that of the thread that asks.
    pub(crate) fn now(own: Option<&Hazard>) -> Self {
        let is_unsure = !barrier::heavy();
        // Of itself a thread knows, and may not come by again to drop what is left to it.
        if is_unsure && let Some(own) = own {
            own.give_up();
        }
        let idle = if is_unsure { UNAVAILABLE } else { NOTHING };
        let mut hazards = all();
        hazards.retain(|hazard| !hazard.guards(idle));
        Self { hazards, is_unsure }
    }

    /// Leaves a reference to those who guard the value: the last one to be done with it drops it.
    pub(crate) fn leave<T: Send + Sync + 'static>(&self, value: &Arc<T>) {
        let address = Arc::as_ptr(value).addr();
        for hazard in self.hazards.iter().filter(|hazard| self.is_unsure || hazard.guards(address)) {
            hazard.leave(address, Arc::clone(value) as RetiredValue);
            // It may have been done without seeing this.
            let is_done = if barrier::heavy() { !hazard.guards(address) } else { hazard.guards(UNAVAILABLE) };
            if is_done {
                hazard.take_back(address);
            }
        }
    }
}

#[cfg(not(cache_runtime_loom))]
static ALL: Mutex<Vec<&'static Hazard>> = Mutex::new(Vec::new());

#[cfg(not(cache_runtime_loom))]
fn all() -> Vec<&'static Hazard> {
    ALL.lock().clone()
}

/// One more that others are to look at, of no thread yet.
#[cfg(not(cache_runtime_loom))]
pub(crate) fn register() -> &'static Hazard {
    let hazard: &'static Hazard = Box::leak(Box::new(Hazard::new()));
    ALL.lock().push(hazard);
    hazard
}

#[cfg(cache_runtime_loom)]
pub(crate) use modelled::{all, register};

/// The model checker begins anew with each interleaving, and so do the hazards.
#[cfg(cache_runtime_loom)]
mod modelled {
    use super::{Hazard, Mutex};

    loom::lazy_static! {
        static ref ALL: Mutex<Vec<&'static Hazard>> = Mutex::new(Vec::new());
    }

    pub(crate) fn all() -> Vec<&'static Hazard> {
        ALL.lock().clone()
    }

    pub(crate) fn register() -> &'static Hazard {
        let hazard: &'static Hazard = Box::leak(Box::new(Hazard::new()));
        hazard.begin();
        ALL.lock().push(hazard);
        hazard
    }
}
