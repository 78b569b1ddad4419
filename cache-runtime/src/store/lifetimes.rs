//! Until when an entry is what.

use std::time::Duration;

use crate::context::clock;
use crate::store::entries::Store;
use crate::store::jitter::Share;
use crate::sys::moment::Moment;
use crate::value::stored_entry::{Freshness, StoredEntry, Times};

impl Store {
    pub(super) fn lives_for_ever(&self, kept: &StoredEntry) -> bool {
        kept.times.fresh_until == Moment::NEVER && self.options.time_to_idle.is_none() && self.limits.ttl().is_none()
    }

    pub(super) fn freshness(&self, kept: &StoredEntry, now: Moment) -> Freshness {
        let end = self.end(kept);
        if now < kept.times.fresh_until.min(end) {
            Freshness::Fresh
        } else if now < end {
            Freshness::Stale
        } else if now < self.useless_from(kept) {
            Freshness::Fallback
        } else {
            Freshness::Dead
        }
    }

    pub(crate) fn is_live(&self, kept: &StoredEntry, now: Moment) -> bool {
        matches!(self.freshness(kept, now), Freshness::Fresh | Freshness::Stale)
    }

    /// Is its lifetime over?
    pub(super) fn has_ended(&self, kept: &StoredEntry) -> bool {
        !self.lives_for_ever(kept) && self.end(kept) <= clock::now()
    }

    /// The end of an entry's lifetime.
    pub(crate) fn end(&self, kept: &StoredEntry) -> Moment {
        let by_ttl = self.limits.ttl().map(|ttl| kept.times.stored_at.after(ttl));
        let by_use = self.options.time_to_idle.map(|time_to_idle| kept.last_used().after(time_to_idle));
        kept.times.expires_at.min(by_ttl.unwrap_or(Moment::NEVER)).min(by_use.unwrap_or(Moment::NEVER))
    }

    /// From when on an entry is not even better than an error.
    pub(super) fn useless_from(&self, kept: &StoredEntry) -> Moment {
        self.end(kept).after(self.options.stale_if_error.unwrap_or_default())
    }

    /// The times of a value stored now; `own` is the lifetime it asks for itself.
    pub(crate) fn times(&self, own: Option<Duration>, is_error: bool) -> Times {
        let stored_at = clock::now();
        let lifetime = match self.options.error_ttl {
            Some(error_ttl) if is_error => Some(error_ttl),
            _ => own.into_iter().chain(self.limits.ttl().or(self.options.ttl)).min(),
        };
        let share = Share::draw(self.options.jitter);
        let expires_at = lifetime.map_or(Moment::NEVER, |lifetime| stored_at.after(share.of(lifetime)));
        let fresh = |time| stored_at.after(share.of(time)).min(expires_at);
        let fresh_until = self.options.refresh_after.map_or(expires_at, fresh);
        Times { stored_at, fresh_until, expires_at }
    }
}
