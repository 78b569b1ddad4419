//! One run of a body: who runs it, who waits, and what becomes of what it makes.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::context::clock;
use crate::context::frame::{self, Frame};
use crate::context::run::Run;
use crate::context::tracking;
use crate::flight::deadlock::Edge;
use crate::flight::waiting::{Alive, Failure, Flight, LoadEnd, Waiting};
use crate::key::{Key, Keys};
use crate::observe::counters::CountedMiss;
use crate::observe::outcome::{MissReason, Outcome, Refresh};
use crate::observe::spinner::Shown;
use crate::observe::telemetry;
use crate::store::entries::Store;
use crate::store::retirement::Retired;
use crate::store::state::Listed;
use crate::sys::ids::next_id;
use crate::sys::moment::Moment;
use crate::sys::panics::Contained;
#[cfg(feature = "disk")]
use crate::tier::contract::Epoch;
use crate::value::dependencies::{Dependencies, Inconsistent};
use crate::value::removal::RemovalCause;
use crate::value::return_kind::Passed;
use crate::value::stored_entry::{Freshness, StoredEntry};

/// Why a call did not hit, and what it found.
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

    fn found(&self) -> Option<&Arc<StoredEntry>> {
        match self {
            Self::Absent => None,
            Self::Invalid(kept)
            | Self::Expired { kept, .. }
            | Self::Stale(kept)
            | Self::Paused(kept)
            | Self::Unwanted(kept) => Some(kept),
        }
    }
}

/// The next step of a call that missed.
pub(crate) enum Begin {
    /// Run the body.
    Lead(Load),
    /// Wait for the one who runs it.
    Wait(Wait),
    /// Take the stale value: somebody refreshes it.
    Serve(Arc<StoredEntry>),
    /// Look again: something was kept meanwhile.
    Again,
    /// Look again when the clear that goes on is over.
    AfterClear,
    /// Give up: this call stands inside the load it would wait for, be it in the body or in what looks at its value.
    Recursive { has_returned: bool },
    /// Run the body as this, and keep nothing: see [`recursive`].
    RecursiveInDrop(Arc<Run>),
}

/// A call that waits for another's load. When that gave it the turn, this is the right to run the body.
pub(crate) struct Wait {
    store: Arc<Store>,
    key: Key,
    waiting: Option<Waiting>,
}

impl Wait {
    fn is_turn_of(&self, current: Option<&Arc<Flight>>) -> bool {
        let own = self.waiting.as_ref().map(Waiting::flight);
        own.zip(current).is_some_and(|(own, current)| Arc::ptr_eq(own, current))
    }
}

impl Future for Wait {
    type Output = LoadEnd;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<LoadEnd> {
        match &mut self.waiting {
            Some(waiting) => Pin::new(waiting).poll(task),
            None => Poll::Pending,
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let Some(waiting) = self.waiting.take() else { return };
        let flight = Arc::clone(waiting.flight());
        drop(waiting);
        self.store.forget_if_idle(self.key, &flight);
    }
}

/// Decides what a call that missed has to do; inside `refresh` it runs whatever others do. Who has waited and is to run
/// the body comes with its `turn`, which is taken if it does.
pub(crate) fn begin(store: &Arc<Store>, keys: Keys, miss: &Miss, refreshing: bool, turn: &mut Option<Wait>) -> Begin {
    let (begin, retired) = enter(store, keys, miss, refreshing, turn);
    match &begin {
        // What leaves runs the user's code: before the body, and as if inside it, so that a call that would wait for
        // this load is found out.
        Begin::Lead(load) if !retired.is_empty() => frame::within(Frame::Load(load.run()), || drop(retired)),
        _ => drop(retired),
    }
    begin
}

/// That of a store, which runs know it by.
fn address(store: &Store) -> usize {
    std::ptr::from_ref(store).addr()
}

/// The run of this key's body around this call.
fn around(store: usize, key: Key) -> Option<Arc<Run>> {
    frame::find(|frame| match frame {
        Frame::Load(run) if run.is_of(store, key) => Some(Arc::clone(run)),
        _ => None,
    })
}

/// The step of a call that would wait for the load of this run. Where that is being dropped, because its body has
/// panicked or its future was cancelled, a panic would end the process: there the body may run, once inside itself.
fn recursive(awaited: Option<&Run>, keys: Keys, store: &Store) -> Begin {
    let is_dropped = |run: &Run| run.is_abandoned() || std::thread::panicking() && !run.began_in_panic;
    let is_excused = match awaited {
        Some(run) => is_dropped(run),
        // It is somebody else's, and waits for one of those around.
        None => frame::find(|frame| matches!(frame, Frame::Load(run) if is_dropped(run)).then_some(())).is_some(),
    };
    if is_excused {
        return Begin::RecursiveInDrop(Arc::new(Run::unlisted(keys, store.name, address(store))));
    }
    Begin::Recursive { has_returned: awaited.is_some_and(Run::has_returned) }
}

fn enter(store: &Arc<Store>, keys: Keys, miss: &Miss, refreshing: bool, turn: &mut Option<Wait>) -> (Begin, Retired) {
    let key = keys.full;
    let store_id = address(store);
    let mut alone = refreshing || !store.options.single_flight;
    store.change_and_hold(|state, retired| {
        if state.is_being_cleared {
            return Begin::AfterClear;
        }
        if state.variants.walk(keys.base) != key {
            return Begin::Again;
        }
        if !refreshing && store.current(&key).map(|kept| kept.id) != miss.found().map(|kept| kept.id) {
            return Begin::Again;
        }
        let around = state.is_running(&key).then(|| around(store_id, key)).flatten();
        // The body of the same arguments in another state: no load of it is known to be another's yet.
        alone |= around.as_ref().is_some_and(|run| !run.is_current());
        let current = state.flight(&key);
        let has_turn = !alone && turn.as_ref().is_some_and(|turn| turn.is_turn_of(current));
        let joined = current.filter(|_| !alone && !has_turn);
        if let (Some(_), Miss::Stale(kept)) = (joined, miss) {
            return Begin::Serve(Arc::clone(kept));
        }
        if let Some(run) = around.filter(|run| run.is_current()) {
            return recursive(Some(&run), keys, store);
        }
        if let Some(flight) = joined {
            let Ok(edge) = Edge::towards(flight.id) else { return recursive(None, keys, store) };
            if let Some(waiting) = flight.join(edge) {
                return Begin::Wait(Wait { store: Arc::clone(store), key, waiting: Some(waiting) });
            }
        }
        let outcome = Outcome::Miss(miss.reason());
        let useless = match miss {
            Miss::Invalid(kept) => Some((kept, RemovalCause::Invalid)),
            Miss::Expired { kept, usable: false } => Some((kept, RemovalCause::Expired)),
            _ => None,
        };
        if let Some((kept, cause)) = useless {
            store.take_out(state, retired, (&key, kept.id), cause);
        }
        let id = next_id();
        let waited = turn.take_if(|_| has_turn).and_then(|mut turn| turn.waiting.take());
        let flight = match waited {
            Some(waited) => Some(waited.take_turn()),
            None => (!alone).then(|| Arc::new(Flight::new(id))),
        };
        state.enter(Listed { id, keys, flight: flight.as_ref() });
        let awaited_as = flight.as_ref().map_or(id, |flight| flight.id);
        let run = Run::listed(id, awaited_as, keys, store.name, address(store));
        Begin::Lead(Load {
            store: Arc::clone(store),
            run: Arc::new(run),
            flight,
            failure: Failure::Failed,
            miss: store.counters.miss(),
            // Unless it is done.
            refresh: matches!(miss, Miss::Stale(_) | Miss::Unwanted(_)).then_some(Refresh::Failed),
            started: Some(clock::now()),
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
    failure: Failure,
    miss: CountedMiss,
    refresh: Option<Refresh>,
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

    /// The tier below has something that cannot be read.
    #[cfg(feature = "disk")]
    pub(crate) fn was_unreadable(&mut self) {
        self.outcome = Outcome::Miss(MissReason::Unreadable);
    }

    /// The value came from the tier below, and no body has to run: that is no miss.
    #[cfg(feature = "disk")]
    pub(crate) fn is_recalled(&mut self) {
        self.store.counters.take_back(self.miss);
        self.store.counters.hit();
        self.started = None;
    }

    /// The body is about to run. What was let go or looked at before it is no part of it.
    pub(crate) fn begin_body(&mut self) {
        drop(self.recorded());
        self.spinner =
            self.store.options.spinner.and_then(|spinner| spinner.show(self.store.name, !tracking::is_made()));
    }

    /// The body returned a value: hooks look at it, and clones are made.
    pub(crate) fn has_returned(&self) {
        self.run.returned();
    }

    /// The dependencies of the body, to be kept with its value.
    pub(crate) fn recorded(&self) -> Result<Option<Dependencies>, Inconsistent> {
        // What is dropped of it is the user's: with nothing locked.
        self.run.take_record().finish(self.run.keys.base)
    }

    /// There is a value that is to be kept: in memory, unless it only passes through.
    pub(crate) fn keep_or_pass(self, kept: &Arc<StoredEntry>, weight: usize) {
        if self.store.options.memory {
            self.keep(kept, weight);
        } else {
            self.hand_on(|| Arc::clone(kept));
        }
    }

    /// The body made a value that is to be kept.
    pub(crate) fn keep(mut self, kept: &Arc<StoredEntry>, weight: usize) {
        self.is_refreshed();
        self.close(Some((kept, weight)), Some(|| value_end(kept)));
    }

    /// The body made a value that is not to be kept, but is good for those who waited.
    pub(crate) fn hand_on(mut self, value: impl FnOnce() -> Arc<StoredEntry>) {
        self.is_refreshed();
        self.close(None, Some(|| value_end(&value())));
    }

    /// The body failed; is there a value that is better than an error, older or kept meanwhile?
    pub(crate) fn fall_back(&self) -> Option<Arc<StoredEntry>> {
        let options = &self.store.options;
        if options.stale_if_error.is_none() && options.refresh_after.is_none() {
            return None;
        }
        let (kept, freshness) = self.store.look_up(self.run.keys.base)?;
        if matches!(freshness, Freshness::Stale | Freshness::Fallback) {
            kept.pause(clock::now(), options.retry_after.unwrap_or(Duration::from_secs(1)));
        }
        (options.stale_if_error.is_some() && freshness != Freshness::Dead).then_some(kept)
    }

    /// The body failed, and this older value is what callers get: that is no miss.
    pub(crate) fn serve_stale(mut self, kept: &Arc<StoredEntry>) {
        self.store.counters.take_back(self.miss);
        self.outcome = Outcome::Stale;
        self.close(None, Some(|| LoadEnd::Stale(Arc::clone(kept))));
    }

    /// The body returned something that is not kept, of which those who waited get a copy.
    pub(crate) fn pass(mut self, share: impl FnOnce() -> Passed) {
        // Of what those who wait would read, nothing is known.
        let is_for_all = self.run.reads_nothing();
        self.close(None, is_for_all.then_some(|| LoadEnd::Passed(Contained::new(share()))));
    }

    /// The body returned something that is for its caller alone.
    pub(crate) fn fail(mut self) {
        self.close(None, None::<fn() -> LoadEnd>);
    }

    fn is_refreshed(&mut self) {
        self.refresh = self.refresh.map(|_| Refresh::Done);
    }

    fn listed(&self) -> Listed<'_> {
        Listed { id: self.run.id, keys: self.run.keys, flight: self.flight.as_ref() }
    }

    /// Ends it with something for those who waited, or with nothing: then they run the body themselves.
    fn close(&mut self, keep: Option<(&Arc<StoredEntry>, usize)>, end: Option<impl FnOnce() -> LoadEnd>) {
        self.spinner = None;
        if let Some(started) = self.started.take() {
            let load_time = clock::now().since(started);
            self.store.counters.loaded(load_time);
            // Of a failed load that was answered with an older value, that is told.
            if let Outcome::Miss(_) = self.outcome {
                telemetry::answered(self.store.name, self.outcome, None, Some(load_time));
            }
        }
        if let Some(refresh) = self.refresh.take() {
            self.store.refreshed(refresh);
        }
        let ((), retired) = self.store.change_and_hold(|state, retired| {
            let tags = state.tags.take_said(self.run.keys.full, self.run.id);
            if state.strike_out(self.listed(), end.is_some())
                && let Some((kept, weight)) = keep
            {
                state.disown_before(self.listed());
                self.store.keep(state, retired, self.run.keys.base, kept, (weight, tags));
            }
        });
        // Nobody can join any more. What makes the end may panic: it clones an error, say.
        let has_waiters = self.flight.as_ref().is_some_and(|flight| flight.has_waiters());
        let is_over = end.is_some();
        let end = end.filter(|_| has_waiters).map(|end| catch_unwind(AssertUnwindSafe(end))).transpose();
        // Whoever is woken does not stand in this body.
        self.run.end();
        let panic = match (&self.flight, end) {
            (Some(flight), Ok(Some(end))) => {
                flight.end(end);
                None
            }
            (Some(flight), end) => {
                flight.fail(self.failure);
                if !is_over {
                    self.store.forget_if_idle(self.run.keys.full, flight);
                }
                end.err()
            }
            (None, end) => end.err(),
        };
        // What leaves runs the user's code, which is not for those who wait to wait for.
        drop(retired);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl Drop for Load {
    /// A panic is a failure like an error. A future that was dropped has not failed, but an older value that others have
    /// is not tried to be replaced again by each of them, to be dropped too.
    fn drop(&mut self) {
        if self.run.is_on() {
            drop(self.fall_back());
            if !std::thread::panicking() {
                self.failure = Failure::GivenUp;
            }
            self.close(None, None::<fn() -> LoadEnd>);
        }
    }
}

fn value_end(kept: &Arc<StoredEntry>) -> LoadEnd {
    let alive = Alive { _value: kept.value.keep_alive(), beside: kept.record.get().ok().flatten().map(Contained::new) };
    LoadEnd::Value(Arc::clone(kept), alive)
}
