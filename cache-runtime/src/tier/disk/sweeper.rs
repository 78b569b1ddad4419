//! When there is something to sweep, and the thread that does.

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use parking_lot::{Condvar, Mutex};
use xxhash_rust::xxh3::xxh3_64;

use super::names;
use super::opened::{Opened, Purpose, SWEPT, home_in};
use super::sweep::{self, Known, WRITTEN};
use super::system::yield_to_others;
use crate::sys::ids::next_id;
use crate::tier::config::Settings;
use crate::tier::contract::{Place, Terms};
use crate::tier::wall_clock::now;

/// The parts of the total size that are counted.
const PARTS: u64 = 1_024;
/// After so many of them there is a sweep,
const PARTS_PER_SWEEP: u64 = 64;
/// and after so long.
pub(super) const SWEEP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// A function may have more than its bound by so large a part of it.
const EXCESS: u64 = 16;
/// For how long the thread waits for more.
const IDLE: Duration = Duration::from_secs(5);

pub(super) struct Sweeper {
    shared: Arc<Shared>,
    /// Has this process looked when the last sweep was?
    has_looked: AtomicBool,
}

struct Shared {
    settings: Settings,
    work: Mutex<Work>,
    changed: Condvar,
}

#[derive(Default)]
struct Work {
    known: HashMap<u64, Known>,
    /// How much came to functions since they were last looked at.
    came: HashMap<u64, u64>,
    /// Functions that may have too much.
    to_trim: Vec<u64>,
    to_sweep: bool,
    is_trimming: bool,
    has_thread: bool,
}

impl Sweeper {
    pub(super) fn new(settings: Settings) -> Self {
        let shared = Shared { settings, work: Mutex::default(), changed: Condvar::new() };
        Self { shared: Arc::new(shared), has_looked: AtomicBool::new(false) }
    }

    /// So much came to a function.
    pub(super) fn came(&self, opened: &Opened, place: &Place, terms: Terms, bytes: u64) {
        let function = names::hash(place.function);
        let is_due = !self.has_looked.swap(true, Ordering::Relaxed) && self.shared.is_long_ago()
            || self.shared.count(opened, bytes);
        let mut work = self.shared.work.lock();
        work.to_sweep |= is_due;
        work.known.insert(function, Known { place: *place, terms });
        // Others may have left too much.
        let came = work.came.entry(function).or_insert(u64::MAX / 2);
        *came += 1;
        if terms.max_entries.is_some_and(|bound| *came > bound / EXCESS) {
            *came = 0;
            if !work.to_trim.contains(&function) {
                work.to_trim.push(function);
            }
        }
        if work.has_some() {
            self.shared.wake(&mut work);
        }
    }

    /// Waits until functions have no more than their bounds, as far as this process has added to them.
    pub(super) fn flush(&self) {
        let mut work = self.shared.work.lock();
        let bounded = work.known.iter().filter(|(_, known)| known.terms.max_entries.is_some());
        let bounded: Vec<_> = bounded.map(|(function, _)| *function).collect();
        work.to_trim.extend(bounded);
        if work.to_trim.is_empty() || !self.shared.wake(&mut work) {
            return;
        }
        while work.is_trimming || !work.to_trim.is_empty() {
            self.shared.changed.wait(&mut work);
        }
    }
}

impl Work {
    fn has_some(&self) -> bool {
        self.to_sweep || !self.to_trim.is_empty()
    }
}

impl Shared {
    /// Is the last sweep so long ago that one is due?
    fn is_long_ago(&self) -> bool {
        let Some(dir) = &self.settings.dir else { return false };
        let swept = fs::symlink_metadata(home_in(dir).join(SWEPT)).and_then(|about| about.modified());
        swept.ok().and_then(|swept| SystemTime::now().duration_since(swept).ok()).is_none_or(|age| age >= SWEEP_EVERY)
    }

    /// Notes what was written, by chance where it is less than a part. Is there so much that a sweep is due?
    fn count(&self, opened: &Opened, bytes: u64) -> bool {
        let part = (self.settings.max_size / PARTS).max(1);
        let seed = [next_id(), u64::from(process::id()), now()].map(u64::to_le_bytes).concat();
        let parts = bytes.saturating_add(xxh3_64(&seed) % part) / part;
        // What alone makes a sweep due need not be counted further.
        (0..parts.min(PARTS_PER_SWEEP))
            .any(|_| opened.home.lengthen(WRITTEN).is_ok_and(|parts| parts >= PARTS_PER_SWEEP))
    }

    /// Sees to it that somebody works; there may be no room for a thread.
    fn wake(self: &Arc<Self>, work: &mut Work) -> bool {
        if !work.has_thread {
            let shared = Arc::clone(self);
            let thread = thread::Builder::new().name("cache-runtime-sweep".to_owned());
            work.has_thread = thread.spawn(move || shared.work()).is_ok();
        }
        self.changed.notify_all();
        work.has_thread
    }

    fn work(&self) {
        yield_to_others();
        let mut work = self.work.lock();
        loop {
            if !work.to_trim.is_empty() {
                self.trim(&mut work);
            } else if work.to_sweep {
                work.to_sweep = false;
                drop(work);
                drop(catch_unwind(AssertUnwindSafe(|| self.sweep())));
                work = self.work.lock();
            } else if self.changed.wait_for(&mut work, IDLE).timed_out() && !work.has_some() {
                work.has_thread = false;
                return;
            }
        }
    }

    fn trim(&self, work: &mut parking_lot::MutexGuard<'_, Work>) {
        let functions = std::mem::take(&mut work.to_trim);
        let functions: Vec<_> = functions.iter().filter_map(|function| work.known.get(function).copied()).collect();
        work.is_trimming = true;
        parking_lot::MutexGuard::unlocked(work, || {
            drop(catch_unwind(AssertUnwindSafe(|| {
                let Some(opened) = self.open() else { return };
                for known in functions {
                    sweep::trim(&opened, known);
                }
            })));
        });
        work.is_trimming = false;
        self.changed.notify_all();
    }

    fn sweep(&self) {
        let (Some(opened), Some(dir)) = (self.open(), &self.settings.dir) else { return };
        let known = self.work.lock().known.clone();
        let may_go_on = || {
            let mut work = self.work.lock();
            if !work.to_trim.is_empty() {
                self.trim(&mut work);
            }
            opened.is_current()
        };
        sweep::Sweep::new(&opened, &known, self.settings.max_size, &may_go_on).run(dir);
    }

    /// With descriptors of its own: it is not in a hurry.
    fn open(&self) -> Option<Opened> {
        Opened::open(self.settings.dir.as_deref()?, Purpose::Clear, || Err(std::io::ErrorKind::NotFound.into())).ok()
    }
}
