//! The steps by which a call that missed begins a load, and by which the load ends.

use std::sync::Arc;

use crate::context::frame::{self, LoadFrame};
use crate::flight::deadlock::Edge;
use crate::flight::waiting::{Flight, Waiting};
use crate::key::{Key, Keys};
use crate::observe::outcome::MissReason;
use crate::store::entries::Store;
use crate::store::loads::Listed;
use crate::store::retirement::Retired;
use crate::value::removal::RemovalCause;
use crate::value::stored_entry::StoredEntry;

/// Why a call did not hit, and the entry that it found.
pub(crate) enum Miss {
    /// Nothing is kept.
    Absent,
    /// `validate` said no, or the resource is gone.
    Invalid(Arc<StoredEntry>),
    /// Past its lifetime; with `stale_if_error` it may still be better than an error.
    Expired { kept: Arc<StoredEntry>, usable: bool },
    /// Past `refresh_after`: others are served with it meanwhile.
    Stale(Arc<StoredEntry>),
    /// Past its time, but it is too early to try again for another.
    Paused(Arc<StoredEntry>),
    /// Alive, but the call stands inside `refresh`.
    Unwanted(Arc<StoredEntry>),
}

impl Miss {
    pub(crate) fn reason(&self) -> MissReason {
        match self {
            Self::Absent => MissReason::Absent,
            Self::Invalid(_) | Self::Unwanted(_) => MissReason::Invalid,
            Self::Expired { .. } | Self::Stale(_) | Self::Paused(_) => MissReason::Expired,
        }
    }

    fn found(&self) -> Option<u64> {
        match self {
            Self::Absent => None,
            Self::Invalid(kept)
            | Self::Expired { kept, .. }
            | Self::Stale(kept)
            | Self::Paused(kept)
            | Self::Unwanted(kept) => Some(kept.id),
        }
    }
}

/// The next step of a call that missed, as the store decides it.
pub(crate) enum Decision {
    /// Run the body.
    Lead(Listed),
    /// Wait for the one who runs it.
    Wait(Waiting),
    /// Take the stale value: somebody refreshes it.
    Serve(Arc<StoredEntry>),
    /// Look again: something was kept meanwhile.
    Again,
    /// Look again when the clear that goes on is over.
    AfterClear,
    /// It would wait for a load that it stands in: for this run, or for somebody else's that waits for one of those
    /// around.
    Recursive(Option<LoadFrame>),
}

impl Store {
    /// Its address, which runs know it by.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Begins the first load of a key for which nothing is kept, if that is all there is to it:
    /// [`begin_load`](Self::begin_load) would decide the same.
    pub(crate) fn begin_first(&self, key: Key) -> Option<Listed> {
        let mut state = self.state.lock();
        if state.is_being_cleared || !state.variants.is_empty() || !self.options.single_flight || self.index.has(&key) {
            return None;
        }
        let id = state.load_ids.next();
        let load = Listed { id, keys: Keys { base: key, full: key }, flight: Some(id) };
        state.loads.begin_first(load).then_some(load)
    }

    /// Decides what a call that missed has to do; inside `refresh` it runs the body whatever others do. `turn` is the
    /// flight in which it has waited and is to run now.
    pub(crate) fn begin_load(
        &self,
        keys: Keys,
        miss: &Miss,
        is_refresh: bool,
        turn: Option<u64>,
    ) -> (Decision, Retired) {
        let key = keys.full;
        self.change_and_hold(|state, retired| {
            if state.is_being_cleared {
                return Decision::AfterClear;
            }
            if state.variants.walk(keys.base) != key {
                return Decision::Again;
            }
            if !is_refresh && self.current_id(&key) != miss.found() {
                return Decision::Again;
            }
            let around = state.loads.is_running(&key).then(|| self.run_around(key)).flatten();
            // The body of the same arguments in another state: no load of it is known to be another's yet.
            let is_in_another_state = around.as_ref().is_some_and(|run| !run.is_current());
            let is_alone = is_refresh || !self.options.single_flight || is_in_another_state;
            let flight = state.loads.flight(&key).filter(|_| !is_alone);
            let has_turn = flight.is_some() && flight == turn;
            let to_join = flight.filter(|_| !has_turn);
            if let (Some(_), Miss::Stale(kept)) = (to_join, miss) {
                return Decision::Serve(Arc::clone(kept));
            }
            if let Some(run) = around.filter(|_| !is_in_another_state) {
                return Decision::Recursive(Some(run));
            }
            if let Some(flight) = to_join {
                let Ok(edge) = Edge::towards(flight) else { return Decision::Recursive(None) };
                if let Some(waiting) = state.loads.join(&key, edge) {
                    return Decision::Wait(waiting);
                }
            }
            let useless = match miss {
                Miss::Invalid(kept) => Some((kept, RemovalCause::Invalid)),
                Miss::Expired { kept, usable: false } => Some((kept, RemovalCause::Expired)),
                _ => None,
            };
            if let Some((kept, cause)) = useless {
                self.take_out(state, retired, (&key, kept.id), cause);
            }
            let id = state.load_ids.next();
            let flight = if has_turn { turn } else { (!is_alone).then_some(id) };
            let load = Listed { id, keys, flight };
            state.loads.begin(load);
            Decision::Lead(load)
        })
    }

    /// The run of this key's body around this call.
    fn run_around(&self, key: Key) -> Option<LoadFrame> {
        frame::find_load(|run| run.is_of(self.address(), key))
    }

    /// Ends a load, and keeps what it made if nothing has struck it out. Hands back its flight, if anybody ever waited
    /// for its first load. With `is_over` those who wait will get something, else they may run in its place.
    pub(crate) fn end_load(
        self: &Arc<Self>,
        load: Listed,
        made: Option<(&Arc<StoredEntry>, usize)>,
        is_over: bool,
    ) -> (Option<Arc<Flight>>, Retired) {
        self.change_and_hold(|state, retired| {
            let tags = state.tags.take_said(load.keys.full, load.id);
            let ended = state.loads.end(load, is_over, made.is_some());
            if let Some((kept, weight)) = made.filter(|_| ended.is_listed && !state.is_closed) {
                self.keep(state, retired, load.keys.base, kept, (weight, tags));
            }
            ended.flight
        })
    }
}
