//! Finding out whether what is kept will do for a call.

use std::sync::Arc;

use crate::call::answer::Answer;
use crate::context::checks::{self, Recursive};
use crate::context::clock;
use crate::context::tracking;
use crate::key::Key;
use crate::observe::telemetry;
use crate::store::entries::Store;
use crate::store::loading::Miss;
use crate::sys::panics::Contained;
use crate::thread::flags::REFRESH;
use crate::value::dependencies::Dependencies;
use crate::value::stored_entry::{Freshness, StoredEntry};

/// The result of looking a key up.
pub(super) enum Found<V> {
    Value(V, Beside, Arc<StoredEntry>),
    Miss(Miss),
}

impl<V, S> Answer<'_, V, S> {
    /// Looks the key up; `validate` is asked here, with no lock held.
    pub(super) fn look(&self, store: &Store, key: Key) -> Found<V> {
        let Some((kept, freshness)) = store.look(key) else { return Found::Miss(Miss::Absent) };
        let miss = match freshness {
            Freshness::Dead => Miss::Expired { kept, usable: false },
            Freshness::Fallback if self.is_paused(&kept) => Miss::Paused(kept),
            Freshness::Fallback => Miss::Expired { kept, usable: true },
            Freshness::Stale | Freshness::Fresh if self.flags.has(REFRESH) => Miss::Unwanted(kept),
            Freshness::Stale | Freshness::Fresh => match self.get_valid(store, key, &kept) {
                None => Miss::Invalid(kept),
                Some(found) if freshness == Freshness::Stale => {
                    drop(found);
                    if self.is_paused(&kept) { Miss::Paused(kept) } else { Miss::Stale(kept) }
                }
                Some((value, beside)) => {
                    store.used(key, &kept);
                    return Found::Value(value, beside, kept);
                }
            },
        };
        Found::Miss(miss)
    }

    fn is_paused(&self, kept: &StoredEntry) -> bool {
        !self.flags.has(REFRESH) && kept.is_paused(clock::now())
    }

    pub(super) fn get(&self, kept: &StoredEntry) -> Option<V> {
        (self.handle.hooks.storage.clone_out)(kept)
    }

    /// The value and what stands beside it; `None` if they have left.
    pub(super) fn get_both(&self, kept: &StoredEntry) -> Option<(V, Beside)> {
        let beside = kept.record.get().ok()?.map(Contained::new);
        Some((self.get(kept)?, beside))
    }

    fn get_valid(&self, store: &Store, key: Key, kept: &StoredEntry) -> Option<(V, Beside)> {
        let hooks = &self.handle.hooks;
        let (value, beside) = self.get_both(kept)?;
        if hooks.validate.is_none() && hooks.check_mutation.is_none() {
            return Some((value, beside));
        }
        let is_valid = || {
            if hooks.validate.is_some_and(|validate| !validate(&value)) {
                return false;
            }
            let is_unchanged = hooks.is_unchanged(beside.as_deref().map(|recorded| &**recorded), &value);
            if !is_unchanged {
                telemetry::warn_of_mutation(self.handle.function.name());
            }
            is_unchanged
        };
        match checks::check(std::ptr::from_ref(store).addr(), key, is_valid) {
            Ok(is_valid) => is_valid.then_some((value, beside)),
            // A panic would end the process.
            Err(Recursive) if std::thread::panicking() => Some((value, beside)),
            Err(Recursive) => {
                let hook = if hooks.validate.is_some() { "validate" } else { "check_mutation" };
                panic!("recursive call of `{}` with the same arguments, from `{hook}`", self.handle.function.name())
            }
        }
    }
}

/// The dependencies of a value: mostly none.
pub(super) type Beside = Option<Contained<Arc<Dependencies>>>;

pub(super) fn replay(beside: Option<&Arc<Dependencies>>) {
    if let Some(recorded) = beside {
        tracking::replay(recorded);
    }
}

/// Is the value for here and now, as far as it depends on more than arguments?
pub(super) fn is_current(beside: Option<&Arc<Dependencies>>) -> bool {
    beside.is_none_or(|recorded| recorded.is_current())
}
