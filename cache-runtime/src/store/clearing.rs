//! Forgetting: all, what has a tag, what was made for a session, or what is kept for some arguments.

use std::sync::Arc;

use crate::context::clock;
use crate::flight::waiting::Flight;
use crate::key::Key;
use crate::store::entries::Store;
use crate::store::ledger::Ledger;
use crate::store::retirement::Leaving;
use crate::sys::sync::Ordering;
use crate::value::kept::Kept;
use crate::value::removal::RemovalCause;

impl Store {
    pub(super) fn forget_all(&self, ledger: &mut Ledger, leaving: &mut Leaving, cause: RemovalCause) {
        ledger.disown_all();
        ledger.branches.clear();
        ledger.tags.all_left();
        self.has_branches.store(false, Ordering::Release);
        leaving.policy = ledger.policy.take();
        leaving.add(cause, self.index.drain());
    }

    /// Forgets everything; loads that run now will not be kept.
    pub(crate) fn clear(&self) {
        self.change(|ledger, leaving| self.forget_all(ledger, leaving, RemovalCause::Cleared));
    }

    /// Forgets everything, or what has a tag; no load begins here before [`end_clear`](Self::end_clear). See
    /// [`clears`](crate::store::clears).
    pub(crate) fn begin_clear(&self, tag: Option<&str>) -> Leaving {
        self.take_away(|ledger, leaving| {
            match tag {
                None => self.forget_all(ledger, leaving, RemovalCause::Cleared),
                Some(tag) => self.forget_tagged(ledger, leaving, tag),
            }
            ledger.is_being_cleared = true;
        })
    }

    /// Forgets the entries with a tag of their own; loads of such that run now will not be kept.
    pub(super) fn forget_tagged(&self, ledger: &mut Ledger, leaving: &mut Leaving, tag: &str) {
        ledger.disown_tagged(tag);
        for key in ledger.tags.with(tag) {
            self.take_out_any(ledger, leaving, &key, RemovalCause::Cleared);
        }
    }

    /// Nothing leaves by this, not even what is too much in other stores: other clears still wait, and what leaves may
    /// begin one.
    pub(crate) fn end_clear(&self) {
        let ((), _nothing) = self.change_alone(|ledger, _| ledger.is_being_cleared = false);
    }

    /// Forgets everything; from now on nothing is kept.
    pub(crate) fn close(&self) -> Leaving {
        self.take_away(|ledger, leaving| {
            ledger.is_closed = true;
            self.forget_all(ledger, leaving, RemovalCause::ScopeEnded);
        })
    }

    /// Forgets what was made for a session that is over.
    pub(crate) fn forget_session(&self, session: Key) -> Leaving {
        self.take_away(|ledger, leaving| {
            for key in ledger.branches.of_session(session) {
                self.take_out_any(ledger, leaving, &key, RemovalCause::ScopeEnded);
            }
            self.has_branches.store(!ledger.branches.is_empty(), Ordering::Release);
        })
    }

    /// Those who ran for a flight, or waited to, gave up.
    pub(crate) fn forget_if_idle(&self, key: Key, flight: &Flight) {
        if flight.is_idle() {
            self.change(|ledger, _| ledger.forget_idle_flight(key));
        }
    }

    /// Forgets what is kept for these arguments, whatever the bodies read; loads of them that run now will not be kept.
    pub(crate) fn clear_key(&self, base: Key) {
        self.change(|ledger, leaving| self.forget_all_of(ledger, leaving, base, RemovalCause::Cleared));
    }

    /// Takes out those of these entries that are still there.
    pub(crate) fn take_out_each(&self, entries: impl IntoIterator<Item = (Key, u64)>) {
        self.change(|ledger, leaving| {
            for (key, id) in entries {
                self.take_out(ledger, leaving, (&key, id), RemovalCause::Cleared);
            }
        });
    }

    /// [`clear_key`](Self::clear_key), which hands out what was kept for a call made here and now, within its lifetime.
    pub(crate) fn take_key(&self, base: Key) -> (Option<Arc<Kept>>, Leaving) {
        self.change_and_hold(|ledger, leaving| {
            let kept = self.current(&ledger.branches.walk(base)).filter(|kept| self.is_live(kept, clock::now()));
            self.forget_all_of(ledger, leaving, base, RemovalCause::Cleared);
            kept
        })
    }

    pub(super) fn forget_all_of(&self, ledger: &mut Ledger, leaving: &mut Leaving, base: Key, cause: RemovalCause) {
        ledger.disown(base);
        for key in ledger.branches.cut(base) {
            self.take_out_any(ledger, leaving, &key, cause);
        }
    }
}
