//! Retired entries, on their way out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use smallvec::SmallVec;

use crate::observe::counters::Counters;
use crate::observe::telemetry;
use crate::store::eviction::policy::Policy;
use crate::sys::hazard::Guards;
use crate::sys::panics::contain;
use crate::thread::this;
use crate::value::removal::RemovalCause;
use crate::value::stored_entry::StoredEntry;

/// Entries that left the cache under the state's lock, to be let go when the lock is free: that runs the users' code.
///
/// It is handed on by each change, most of which retire nothing or one entry: so it is small.
#[derive(Default)]
pub(crate) struct Retired {
    entries: SmallVec<[(Arc<StoredEntry>, RemovalCause); 1]>,
    rest: Option<Box<Rest>>,
    /// The function whose number of entries has changed. Whoever is told of that is told when nothing is locked: the
    /// recorder of metrics is the user's code.
    #[cfg(feature = "metrics")]
    pub(super) changed: Option<(&'static str, Arc<Counters>)>,
}

/// The part of it that few changes have.
#[derive(Default)]
struct Rest {
    too_heavy: Option<TooHeavy>,
    policy: Option<Policy>,
    /// Entries that were to be kept and are not: nobody is told of them.
    refused: Vec<Arc<StoredEntry>>,
    /// Entries that left other stores, because all have one bound.
    others: Vec<Retired>,
}

/// A value that alone is heavier than the bound.
pub(super) struct TooHeavy {
    pub(super) function: &'static str,
    pub(super) counters: Arc<Counters>,
    pub(super) weight: u64,
    pub(super) max_bytes: u64,
}

impl TooHeavy {
    fn tell(&self) {
        let Self { function, counters, weight, max_bytes } = self;
        contain(|| telemetry::too_heavy(function));
        if !counters.has_warned_of_weight.swap(true, Ordering::Relaxed) {
            contain(|| telemetry::warn_of_weight(function, *weight, *max_bytes));
        }
    }
}

impl Drop for Retired {
    fn drop(&mut self) {
        #[cfg(feature = "metrics")]
        if let Some((function, counters)) = self.changed.take() {
            for (cause, count) in self.counts() {
                contain(|| telemetry::evicted(function, cause, count));
            }
            contain(|| counters.tell_entries(function));
        }
        let mut rest = self.rest.take();
        if let Some(rest) = &mut rest {
            rest.begin();
        }
        if !self.entries.is_empty() {
            let any_is_lent = self.entries.iter().any(|(kept, _)| kept.value.is_lent());
            let guards = if any_is_lent { Guards::now(this::this().hazard()) } else { Guards::NONE };
            for (kept, cause) in self.entries.drain(..) {
                kept.value.release(&guards, cause);
                kept.record.release();
            }
        }
        if let Some(rest) = rest {
            rest.end();
        }
    }
}

impl Rest {
    /// Comes before the entries are let go.
    #[cold]
    fn begin(&mut self) {
        if let Some(too_heavy) = self.too_heavy.take() {
            too_heavy.tell();
        }
        drop(self.policy.take());
    }

    /// Comes after that.
    #[cold]
    fn end(self) {
        for kept in self.refused {
            contain(|| drop(kept));
        }
        drop(self.others);
    }
}

impl Retired {
    pub(super) fn add(&mut self, cause: RemovalCause, kept: impl IntoIterator<Item = Arc<StoredEntry>>) {
        for kept in kept {
            self.entries.push((kept, cause));
        }
    }

    /// An entry was to be kept and is not, perhaps because it is too heavy.
    pub(super) fn refuse(&mut self, kept: Arc<StoredEntry>, too_heavy: Option<TooHeavy>) {
        let rest = self.rest.get_or_insert_default();
        rest.refused.push(kept);
        rest.too_heavy = too_heavy;
    }

    /// A policy that knows nothing any more that is kept.
    pub(super) fn add_policy(&mut self, policy: Option<Policy>) {
        if policy.is_some() {
            self.rest.get_or_insert_default().policy = policy;
        }
    }

    /// Adds what left other stores.
    pub(crate) fn add_others(&mut self, others: Vec<Self>) {
        if !others.is_empty() {
            self.rest.get_or_insert_default().others.extend(others);
        }
    }

    /// The causes by which any leave, and how many.
    pub(super) fn counts(&self) -> impl Iterator<Item = (RemovalCause, u64)> + use<> {
        let mut counts = [0; RemovalCause::ALL.len()];
        for (_, cause) in &self.entries {
            counts[*cause as usize] += 1;
        }
        RemovalCause::ALL.into_iter().map(move |cause| (cause, counts[cause as usize])).filter(|(_, count)| *count > 0)
    }

    pub(super) fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.rest.is_none()
    }
}
