//! Forgetting: all, what has a tag, what was made for a session, or what is kept for some arguments.

use std::sync::Arc;

use crate::context::clock;
use crate::flight::waiting::Flight;
use crate::key::Key;
use crate::store::entries::Store;
use crate::store::retirement::Retired;
use crate::store::state::StoreState;
use crate::sys::sync::Ordering;
use crate::value::removal::RemovalCause;
use crate::value::stored_entry::StoredEntry;

impl Store {
    pub(super) fn forget_all(&self, state: &mut StoreState, retired: &mut Retired, cause: RemovalCause) {
        state.loads.strike_out_if(|_, _| true);
        state.variants.clear();
        state.tags.all_left();
        self.has_variants.store(false, Ordering::Release);
        retired.add_policy(state.policy.take());
        retired.add(cause, self.index.drain());
    }

    /// Forgets everything; loads that run now will not be kept.
    pub(crate) fn clear(&self) {
        self.change(|state, retired| self.forget_all(state, retired, RemovalCause::Cleared));
    }

    /// Forgets everything, or what has a tag; no load begins here before [`end_clear`](Self::end_clear). See
    /// [`clears`](crate::store::clears).
    pub(crate) fn begin_clear(&self, tag: Option<&str>) -> Retired {
        self.take_away(|state, retired| {
            match tag {
                None => self.forget_all(state, retired, RemovalCause::Cleared),
                Some(tag) => self.forget_tagged(state, retired, tag),
            }
            state.is_being_cleared = true;
        })
    }

    /// Forgets the entries with a tag of their own; loads of such that run now will not be kept.
    pub(super) fn forget_tagged(&self, state: &mut StoreState, retired: &mut Retired, tag: &str) {
        state.strike_out_tagged(tag);
        for key in state.tags.with(tag) {
            self.take_out_any(state, retired, &key, RemovalCause::Cleared);
        }
    }

    /// Nothing leaves by this, not even what is too much in other stores: other clears still wait, and what leaves may
    /// begin one.
    pub(crate) fn end_clear(&self) {
        let ((), _nothing) = self.change_alone(|state, _| state.is_being_cleared = false);
    }

    /// Forgets everything; from now on nothing is kept.
    pub(crate) fn close(&self) -> Retired {
        self.take_away(|state, retired| {
            state.is_closed = true;
            self.forget_all(state, retired, RemovalCause::ScopeEnded);
        })
    }

    /// Forgets what was made for a session that is over.
    pub(crate) fn forget_session(&self, session: Key) -> Retired {
        self.take_away(|state, retired| {
            for key in state.variants.of_session(session) {
                self.take_out_any(state, retired, &key, RemovalCause::ScopeEnded);
            }
            self.has_variants.store(!state.variants.is_empty(), Ordering::Release);
        })
    }

    /// Those who ran for a flight, or waited to, gave up.
    pub(crate) fn forget_if_idle(&self, key: Key, flight: &Flight) {
        if flight.is_idle() {
            self.change(|state, _| state.loads.forget_idle_flight(key));
        }
    }

    /// Forgets what is kept for these arguments, whatever the bodies read; loads of them that run now will not be kept.
    pub(crate) fn clear_key(&self, base: Key) {
        self.change(|state, retired| self.forget_all_of(state, retired, base, RemovalCause::Cleared));
    }

    /// Takes out those of these entries that are still there.
    pub(crate) fn take_out_each(&self, entries: impl IntoIterator<Item = (Key, u64)>) {
        self.change(|state, retired| {
            for (key, id) in entries {
                self.take_out(state, retired, (&key, id), RemovalCause::Cleared);
            }
        });
    }

    /// [`clear_key`](Self::clear_key), which hands out what was kept for a call made here and now, within its lifetime.
    pub(crate) fn take_key(&self, base: Key) -> (Option<Arc<StoredEntry>>, Retired) {
        self.change_and_hold(|state, retired| {
            let kept = self.current(&state.variants.walk(base)).filter(|kept| self.is_live(kept, clock::now()));
            self.forget_all_of(state, retired, base, RemovalCause::Cleared);
            kept
        })
    }

    pub(super) fn forget_all_of(&self, state: &mut StoreState, retired: &mut Retired, base: Key, cause: RemovalCause) {
        state.loads.strike_out(base);
        for key in state.variants.cut(base) {
            self.take_out_any(state, retired, &key, cause);
        }
    }
}
