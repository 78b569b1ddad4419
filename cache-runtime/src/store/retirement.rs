//! Retired entries, on their way out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::observe::counters::Counters;
use crate::observe::telemetry;
use crate::store::eviction::policy::Policy;
use crate::sys::hazard::Guards;
use crate::sys::panics::contain;
use crate::thread::this;
use crate::value::removal::RemovalCause;
use crate::value::stored_entry::StoredEntry;

/// Entries that left the cache under the state's lock, to be let go when the lock is free: that runs the users' code.
#[derive(Default)]
pub(crate) struct Retired {
    pub(super) entries: Vec<(Arc<StoredEntry>, RemovalCause)>,
    /// Entries that were to be kept and are not: nobody is told of them.
    pub(super) refused: Vec<Arc<StoredEntry>>,
    pub(super) policy: Option<Policy>,
    pub(super) too_heavy: Option<TooHeavy>,
    /// Entries that left other stores, because all have one bound.
    others: Vec<Retired>,
    /// How many leave, by cause.
    counts: [u64; RemovalCause::ALL.len()],
    /// The function whose number of entries has changed. Whoever is told of that is told when nothing is locked: the
    /// recorder of metrics is the user's code.
    #[cfg(feature = "metrics")]
    pub(super) changed: Option<(&'static str, Arc<Counters>)>,
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
        if let Some(too_heavy) = self.too_heavy.take() {
            too_heavy.tell();
        }
        drop(self.policy.take());
        let any_is_lent = self.entries.iter().any(|(kept, _)| kept.value.is_lent());
        let guards = if any_is_lent { Guards::now(this::this().hazard()) } else { Guards::NONE };
        for (kept, cause) in self.entries.drain(..) {
            kept.value.release(&guards, cause);
            kept.record.release();
        }
        for kept in self.refused.drain(..) {
            contain(|| drop(kept));
        }
    }
}

impl Retired {
    pub(crate) fn add(&mut self, cause: RemovalCause, kept: impl IntoIterator<Item = Arc<StoredEntry>>) {
        let before = self.entries.len();
        self.entries.extend(kept.into_iter().map(|kept| (kept, cause)));
        self.counts[cause as usize] += (self.entries.len() - before) as u64;
    }

    /// The causes by which any leave, and how many.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (RemovalCause, u64)> + use<> {
        let counts = self.counts;
        RemovalCause::ALL.into_iter().map(move |cause| (cause, counts[cause as usize])).filter(|(_, count)| *count > 0)
    }

    /// Adds what left other stores.
    pub(crate) fn add_others(&mut self, others: Vec<Self>) {
        self.others.extend(others);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.refused.is_empty() && self.policy.is_none() && self.others.is_empty()
    }
}
