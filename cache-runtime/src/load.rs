//! One run of a body: who runs it, who waits, and what becomes of what it makes.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::clock::Moment;
use crate::context::{self, Frame};
use crate::deadlock::{Circle, Edge};
use crate::flight::{Alive, Flight, LoadEnd, Waiting};
use crate::kept::Kept;
use crate::ledger::Keys;
use crate::record::{Record, Recorded, Torn};
use crate::shape::Passed;
use crate::spinner::Shown;
use crate::store::{Leaving, Store, next_id};
use crate::telemetry;
#[cfg(feature = "disk")]
use crate::tier::Epoch;
use crate::trace::{MissReason, Outcome};

/// A load, as those inside its body see it.
pub(crate) struct Run {
    pub(crate) id: u64,
    keys: Keys,
    store: usize,
    /// A future that began inside the body may still be polled when the load has ended.
    is_on: AtomicBool,
    record: Mutex<Record>,
}

impl Run {
    pub(crate) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Shows what is written down of the body, if it still runs.
    pub(crate) fn record(&self, see: impl FnOnce(&mut Record)) {
        if self.is_on() {
            see(&mut self.record.lock());
        }
    }
}

/// Why a call did not hit, and what it found.
pub(crate) enum Miss {
    /// Nothing is kept.
    Absent,
    /// `validate` said no, or the resource is gone.
    Invalid(Arc<Kept>),
    /// Past its lifetime; with `stale_if_error` it may still be better than an error.
    Expired { kept: Arc<Kept>, usable: bool },
    /// Past `refresh_after`: others are served with it meanwhile.
    Stale(Arc<Kept>),
    /// Alive, but the call stands inside `refresh`.
    Unwanted(Arc<Kept>),
}

impl Miss {
    pub(crate) fn reason(&self) -> MissReason {
        match self {
            Self::Absent => MissReason::Absent,
            Self::Invalid(_) | Self::Unwanted(_) => MissReason::Invalid,
            Self::Expired { .. } | Self::Stale(_) => MissReason::Expired,
        }
    }

    fn found(&self) -> Option<&Arc<Kept>> {
        match self {
            Self::Absent => None,
            Self::Invalid(kept) | Self::Expired { kept, .. } | Self::Stale(kept) | Self::Unwanted(kept) => Some(kept),
        }
    }

    /// What may be handed out if the body fails, where `stale_if_error` stands.
    fn fallback(self) -> Option<Arc<Kept>> {
        match self {
            Self::Absent | Self::Invalid(_) | Self::Expired { usable: false, .. } => None,
            Self::Expired { kept, usable: true } | Self::Stale(kept) | Self::Unwanted(kept) => Some(kept),
        }
    }
}

/// What a call that missed has to do.
pub(crate) enum Begin {
    /// Run the body.
    Lead(Load),
    /// Wait for the one who runs it.
    Wait(Waiting),
    /// Take the stale value: somebody refreshes it.
    Serve(Arc<Kept>),
    /// Look again: something was kept meanwhile.
    Again,
    /// Give up: this call stands inside the body it would wait for.
    Recursive,
}

/// Decides what a call that missed has to do; inside `refresh` it runs whatever others do.
pub(crate) fn begin(store: &Arc<Store>, keys: Keys, miss: Miss, refreshing: bool) -> Begin {
    let (begin, leaving) = enter(store, keys, miss, refreshing);
    match &begin {
        // What leaves runs the user's code: before the body, and as if inside it, so that a call that would wait for
        // this load is found out.
        Begin::Lead(load) if !leaving.is_empty() => context::within(Frame::Load(load.run()), || drop(leaving)),
        _ => drop(leaving),
    }
    begin
}

fn enter(store: &Arc<Store>, keys: Keys, miss: Miss, refreshing: bool) -> (Begin, Leaving) {
    let key = keys.full;
    let store_id = Arc::as_ptr(store).addr();
    let alone = refreshing || !store.options.single_flight;
    let runs_around = context::find(|frame| match frame {
        Frame::Load(run) if run.keys.full == key && run.store == store_id && run.is_on() => Some(()),
        _ => None,
    });
    store.change_and_hold(|ledger, leaving| {
        if ledger.branches.walk(keys.base) != key {
            return Begin::Again;
        }
        if !refreshing && store.current(&key).map(|kept| kept.id) != miss.found().map(|kept| kept.id) {
            return Begin::Again;
        }
        if !alone && let Some(flight) = ledger.flight(&key) {
            if let Miss::Stale(kept) = miss {
                return Begin::Serve(kept);
            }
            return match Edge::towards(flight.id) {
                Ok(edge) => Begin::Wait(flight.join(edge)),
                Err(Circle) => Begin::Recursive,
            };
        }
        if runs_around.is_some() {
            return Begin::Recursive;
        }
        let outcome = Outcome::Miss(miss.reason());
        if let Miss::Invalid(kept) | Miss::Expired { kept, usable: false } = &miss {
            store.take_out(ledger, leaving, &key, kept.id);
        }
        let id = next_id();
        let flight = if alone {
            ledger.enter_solo(keys, id);
            None
        } else {
            Some(ledger.enter_flight(keys, id))
        };
        store.counters.misses.one();
        Begin::Lead(Load {
            store: Arc::clone(store),
            run: Arc::new(Run { id, keys, store: store_id, is_on: AtomicBool::new(true), record: Mutex::default() }),
            flight,
            fallback: store.options.stale_if_error.and(miss.fallback()),
            started: Some(Moment::now()),
            outcome,
            spinner: None,
            #[cfg(feature = "disk")]
            epoch: Epoch::NONE,
        })
    })
}

/// The run of a body. Dropped before its end (a panic, a cancelled future), it lets one of those who wait be next.
pub(crate) struct Load {
    store: Arc<Store>,
    run: Arc<Run>,
    flight: Option<Arc<Flight>>,
    fallback: Option<Arc<Kept>>,
    started: Option<Moment>,
    outcome: Outcome,
    spinner: Option<Shown>,
    #[cfg(feature = "disk")]
    epoch: Epoch,
}

impl Load {
    pub(crate) fn run(&self) -> Arc<Run> {
        Arc::clone(&self.run)
    }

    /// Why the body runs.
    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The state of the tier below when it was asked.
    #[cfg(feature = "disk")]
    pub(crate) fn put_down_by(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    #[cfg(feature = "disk")]
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What the tier below has cannot be read.
    #[cfg(feature = "disk")]
    pub(crate) fn was_unreadable(&mut self) {
        self.outcome = Outcome::Miss(MissReason::Unreadable);
    }

    /// The value came from the tier below, and no body has to run: that is no miss.
    #[cfg(feature = "disk")]
    pub(crate) fn is_recalled(&mut self) {
        self.store.counters.misses.not_one();
        self.store.counters.hit();
        self.started = None;
    }

    /// Shows that the body runs, until it ends.
    pub(crate) fn show_spinner(&mut self) {
        self.spinner = self.store.options.spinner.and_then(|spinner| spinner.show(self.store.name));
    }

    /// What was written down of the body, to be kept with its value.
    pub(crate) fn recorded(&self) -> Result<Option<Recorded>, Torn> {
        std::mem::take(&mut *self.run.record.lock()).finish(self.run.keys.base)
    }

    /// Does what the body makes depend on its arguments alone, as far as it has come?
    fn reads_nothing(&self) -> bool {
        self.run.record.lock().reads_nothing()
    }

    /// There is a value that is to be kept: in memory, unless it only passes through.
    pub(crate) fn keep_or_pass(self, kept: &Arc<Kept>, weight: usize) {
        if self.store.options.memory {
            self.keep(kept, weight);
        } else {
            self.hand_on(|| Arc::clone(kept));
        }
    }

    /// The body made a value that is to be kept.
    pub(crate) fn keep(mut self, kept: &Arc<Kept>, weight: usize) {
        self.close(Some((kept, weight)), || value_end(kept));
    }

    /// The body made a value that is not to be kept, but is good for those who waited.
    pub(crate) fn hand_on(mut self, value: impl FnOnce() -> Arc<Kept>) {
        self.close(None, || value_end(&value()));
    }

    /// The body failed; is there an older value that is better than an error? Not if it was cleared meanwhile.
    pub(crate) fn fall_back(&mut self) -> Option<Arc<Kept>> {
        let kept = self.fallback.take()?;
        let Run { id, keys: Keys { full: key, .. }, .. } = &*self.run;
        let is_there = self.store.change(|ledger, _| {
            ledger.runs(key, *id) && self.store.current(key).is_some_and(|current| current.id == kept.id)
        });
        is_there.then_some(kept)
    }

    /// The body failed, and this older value is what callers get: that is no miss.
    pub(crate) fn serve_stale(mut self, kept: &Arc<Kept>) {
        self.store.counters.misses.not_one();
        self.outcome = Outcome::Stale;
        self.close(None, || LoadEnd::Stale(Arc::clone(kept)));
    }

    /// The body returned something that is not kept.
    pub(crate) fn pass(mut self, share: impl FnOnce() -> Option<Passed>) {
        // Of what those who wait would read, nothing is known.
        let is_for_all = self.reads_nothing();
        self.close(None, || is_for_all.then(share).flatten().map_or(LoadEnd::Nothing, LoadEnd::Passed));
    }

    fn close(&mut self, keep: Option<(&Arc<Kept>, usize)>, end: impl FnOnce() -> LoadEnd) {
        let Run { id, keys: Keys { base, full: key }, .. } = *self.run;
        self.spinner = None;
        if let Some(started) = self.started.take() {
            let load_time = Moment::now().since(started);
            self.store.counters.loaded(load_time);
            // Of a failed load that was answered with an older value, that is told.
            if let Outcome::Miss(_) = self.outcome {
                telemetry::answered(self.store.name, self.outcome, None, Some(load_time));
            }
        }
        let ((), leaving) = self.store.change_and_hold(|ledger, leaving| {
            if ledger.strike_out(&key, id)
                && let Some((kept, weight)) = keep
            {
                // What began earlier has seen older things.
                ledger.disown_before(&key, id);
                let key = self.store.clear_the_way(ledger, leaving, base, kept);
                self.store.put(ledger, leaving, key, Arc::clone(kept), weight);
            }
        });
        // Nobody can join any more. What makes the end may panic: it clones an error, say.
        let has_waiters = self.flight.as_ref().is_some_and(|flight| flight.has_waiters());
        let end = catch_unwind(AssertUnwindSafe(|| if has_waiters { end() } else { LoadEnd::Nothing }));
        let (end, panic) = end.map_or_else(|panic| (LoadEnd::Nothing, Some(panic)), |end| (end, None));
        if let Some(flight) = &self.flight {
            flight.end(end);
        }
        self.run.is_on.store(false, Ordering::Relaxed);
        // What leaves runs the user's code, which is not for those who wait to wait for.
        drop(leaving);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        if self.run.is_on() {
            self.close(None, || LoadEnd::Nothing);
        }
    }
}

fn value_end(kept: &Arc<Kept>) -> LoadEnd {
    let alive = Alive { _value: kept.value.keep_alive(), beside: kept.record.get().ok().flatten() };
    LoadEnd::Value(Arc::clone(kept), alive)
}
