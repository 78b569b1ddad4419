//! One run of a body: who runs it, who waits, and what becomes of what it makes.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Moment;
use crate::context::{self, Frame};
use crate::counters::{CountedMiss, Refresh};
use crate::deadlock::Edge;
use crate::flight::{Alive, Failure, Flight, LoadEnd, Waiting};
use crate::kept::{Freshness, Kept};
use crate::key::Key;
use crate::ledger::{Keys, Listed};
use crate::panics::Contained;
use crate::record::{Record, Recorded, Torn};
use crate::removal::RemovalCause;
use crate::shape::Passed;
use crate::spinner::Shown;
use crate::store::{Leaving, Store, next_id};
use crate::telemetry;
#[cfg(feature = "disk")]
use crate::tier::Epoch;
use crate::trace::{MissReason, Outcome};

/// A load, as those inside its body see it.
pub(crate) struct Run {
    id: u64,
    /// The flight it belongs to, or itself: what others may wait for.
    pub(crate) awaited_as: u64,
    /// The name of the function.
    pub(crate) function: &'static str,
    keys: Keys,
    store: usize,
    /// A future that began inside the body may still be polled when the load has ended.
    is_on: AtomicBool,
    is_abandoned: AtomicBool,
    /// What the body returned is looked at.
    has_returned: AtomicBool,
    /// It was said what tags the entry is to have.
    has_tags: AtomicBool,
    /// It began while its thread was panicking.
    began_in_panic: bool,
    record: Mutex<Record>,
}

impl Run {
    /// One that no ledger knows and nobody waits for.
    fn unlisted(keys: Keys, store: &Store) -> Self {
        Self {
            id: 0,
            awaited_as: 0,
            function: store.name,
            keys,
            store: std::ptr::from_ref(store).addr(),
            is_on: AtomicBool::new(true),
            is_abandoned: AtomicBool::new(false),
            has_returned: AtomicBool::new(false),
            has_tags: AtomicBool::new(false),
            began_in_panic: std::thread::panicking(),
            record: Mutex::default(),
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// That of the entry it is for.
    pub(crate) fn key(&self) -> Key {
        self.keys.full
    }

    /// Is it for an entry of these arguments in this store?
    pub(crate) fn is_load_of(&self, store: &Arc<Store>, base: Key) -> bool {
        self.id != 0 && self.is_on() && self.store == Arc::as_ptr(store).addr() && self.keys.base == base
    }

    pub(crate) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    fn is_of(&self, store: usize, key: Key) -> bool {
        self.store == store && self.keys.full == key && self.is_on()
    }

    /// Is it still to be said what tags the entry is to have? Asked once: other bodies that run inside this one, because
    /// the cache is left out, are not for the entry.
    pub(crate) fn takes_tags(&self) -> bool {
        !self.has_tags.swap(true, Ordering::Relaxed)
    }

    /// The future of the body is about to be dropped before its end.
    pub(crate) fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    /// Would its body read here what it has read so far?
    fn is_current(&self) -> bool {
        self.record.lock().is_current()
    }

    fn is_abandoned(&self) -> bool {
        self.is_on() && self.is_abandoned.load(Ordering::Relaxed)
    }

    /// Shows what is written down of the body, if it still runs.
    pub(crate) fn record<R>(&self, see: impl FnOnce(&mut Record) -> R) -> Option<R> {
        self.is_on().then(|| see(&mut self.record.lock()))
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
    /// Past its time, but it is too early to try again for another.
    Paused(Arc<Kept>),
    /// Alive, but the call stands inside `refresh`.
    Unwanted(Arc<Kept>),
}

impl Miss {
    pub(crate) fn reason(&self) -> MissReason {
        match self {
            Self::Absent => MissReason::Absent,
            Self::Invalid(_) | Self::Unwanted(_) => MissReason::Invalid,
            Self::Expired { .. } | Self::Stale(_) | Self::Paused(_) => MissReason::Expired,
        }
    }

    fn found(&self) -> Option<&Arc<Kept>> {
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

/// What a call that missed has to do.
pub(crate) enum Begin {
    /// Run the body.
    Lead(Load),
    /// Wait for the one who runs it.
    Wait(Wait),
    /// Take the stale value: somebody refreshes it.
    Serve(Arc<Kept>),
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
    let (begin, leaving) = enter(store, keys, miss, refreshing, turn);
    match &begin {
        // What leaves runs the user's code: before the body, and as if inside it, so that a call that would wait for
        // this load is found out.
        Begin::Lead(load) if !leaving.is_empty() => context::within(Frame::Load(load.run()), || drop(leaving)),
        _ => drop(leaving),
    }
    begin
}

/// The run of this key's body around this call.
fn around(store: usize, key: Key) -> Option<Arc<Run>> {
    context::find(|frame| match frame {
        Frame::Load(run) if run.is_of(store, key) => Some(Arc::clone(run)),
        _ => None,
    })
}

/// What becomes of a call that would wait for the load of this run. Where that is being dropped, because its body has
/// panicked or its future was cancelled, a panic would end the process: there the body may run, once inside itself.
fn recursive(awaited: Option<&Run>, keys: Keys, store: &Store) -> Begin {
    let is_dropped = |run: &Run| run.is_abandoned() || std::thread::panicking() && !run.began_in_panic;
    let is_excused = match awaited {
        Some(run) => is_dropped(run),
        // It is somebody else's, and waits for one of those around.
        None => context::find(|frame| matches!(frame, Frame::Load(run) if is_dropped(run)).then_some(())).is_some(),
    };
    if is_excused {
        return Begin::RecursiveInDrop(Arc::new(Run::unlisted(keys, store)));
    }
    Begin::Recursive { has_returned: awaited.is_some_and(|run| run.has_returned.load(Ordering::Relaxed)) }
}

fn enter(store: &Arc<Store>, keys: Keys, miss: &Miss, refreshing: bool, turn: &mut Option<Wait>) -> (Begin, Leaving) {
    let key = keys.full;
    let store_id = Arc::as_ptr(store).addr();
    let mut alone = refreshing || !store.options.single_flight;
    store.change_and_hold(|ledger, leaving| {
        if ledger.is_being_cleared {
            return Begin::AfterClear;
        }
        if ledger.branches.walk(keys.base) != key {
            return Begin::Again;
        }
        if !refreshing && store.current(&key).map(|kept| kept.id) != miss.found().map(|kept| kept.id) {
            return Begin::Again;
        }
        let around = ledger.is_running(&key).then(|| around(store_id, key)).flatten();
        // The body of the same arguments in another state: no load of it is known to be another's yet.
        alone |= around.as_ref().is_some_and(|run| !run.is_current());
        let current = ledger.flight(&key);
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
            store.take_out(ledger, leaving, (&key, kept.id), cause);
        }
        let id = next_id();
        let waited = turn.take_if(|_| has_turn).and_then(|mut turn| turn.waiting.take());
        let flight = match waited {
            Some(waited) => Some(waited.take_turn()),
            None => (!alone).then(|| Arc::new(Flight::new(id))),
        };
        ledger.enter(Listed { id, keys, flight: flight.as_ref() });
        let awaited_as = flight.as_ref().map_or(id, |flight| flight.id);
        let run = Run { id, awaited_as, ..Run::unlisted(keys, store) };
        Begin::Lead(Load {
            store: Arc::clone(store),
            run: Arc::new(run),
            flight,
            failure: Failure::Failed,
            miss: store.counters.miss(),
            // Unless it is done.
            refresh: matches!(miss, Miss::Stale(_) | Miss::Unwanted(_)).then_some(Refresh::Failed),
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

    /// What the tier below has cannot be read.
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
        self.spinner = self.store.options.spinner.and_then(|spinner| spinner.show(self.store.name));
    }

    /// The body returned a value: hooks look at it, and clones are made.
    pub(crate) fn has_returned(&self) {
        self.run.has_returned.store(true, Ordering::Relaxed);
    }

    /// What was written down of the body, to be kept with its value.
    pub(crate) fn recorded(&self) -> Result<Option<Recorded>, Torn> {
        // What is dropped of it is the user's: with nothing locked.
        let record = std::mem::take(&mut *self.run.record.lock());
        record.finish(self.run.keys.base)
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
        self.is_refreshed();
        self.close(Some((kept, weight)), Some(|| value_end(kept)));
    }

    /// The body made a value that is not to be kept, but is good for those who waited.
    pub(crate) fn hand_on(mut self, value: impl FnOnce() -> Arc<Kept>) {
        self.is_refreshed();
        self.close(None, Some(|| value_end(&value())));
    }

    /// The body failed; is there a value that is better than an error, older or kept meanwhile?
    pub(crate) fn fall_back(&self) -> Option<Arc<Kept>> {
        let options = &self.store.options;
        if options.stale_if_error.is_none() && options.refresh_after.is_none() {
            return None;
        }
        let (kept, freshness) = self.store.look_up(self.run.keys.base)?;
        if matches!(freshness, Freshness::Stale | Freshness::Fallback) {
            kept.pause(Moment::now(), options.retry_after.unwrap_or(Duration::from_secs(1)));
        }
        (options.stale_if_error.is_some() && freshness != Freshness::Dead).then_some(kept)
    }

    /// The body failed, and this older value is what callers get: that is no miss.
    pub(crate) fn serve_stale(mut self, kept: &Arc<Kept>) {
        self.store.counters.take_back(self.miss);
        self.outcome = Outcome::Stale;
        self.close(None, Some(|| LoadEnd::Stale(Arc::clone(kept))));
    }

    /// The body returned something that is not kept, of which those who waited get a copy.
    pub(crate) fn pass(mut self, share: impl FnOnce() -> Passed) {
        // Of what those who wait would read, nothing is known.
        let is_for_all = self.reads_nothing();
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
    fn close(&mut self, keep: Option<(&Arc<Kept>, usize)>, end: Option<impl FnOnce() -> LoadEnd>) {
        self.spinner = None;
        if let Some(started) = self.started.take() {
            let load_time = Moment::now().since(started);
            self.store.counters.loaded(load_time);
            // Of a failed load that was answered with an older value, that is told.
            if let Outcome::Miss(_) = self.outcome {
                telemetry::answered(self.store.name, self.outcome, None, Some(load_time));
            }
        }
        if let Some(refresh) = self.refresh.take() {
            self.store.refreshed(refresh);
        }
        let ((), leaving) = self.store.change_and_hold(|ledger, leaving| {
            let tags = ledger.tags.take_said(self.run.keys.full, self.run.id);
            if ledger.strike_out(self.listed(), end.is_some())
                && let Some((kept, weight)) = keep
            {
                ledger.disown_before(self.listed());
                self.store.keep(ledger, leaving, self.run.keys.base, kept, (weight, tags));
            }
        });
        // Nobody can join any more. What makes the end may panic: it clones an error, say.
        let has_waiters = self.flight.as_ref().is_some_and(|flight| flight.has_waiters());
        let is_over = end.is_some();
        let end = end.filter(|_| has_waiters).map(|end| catch_unwind(AssertUnwindSafe(end))).transpose();
        // Whoever is woken does not stand in this body.
        self.run.is_on.store(false, Ordering::Relaxed);
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
        drop(leaving);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl Drop for Load {
    /// A panic is a failure like an error; a future that was dropped has not failed.
    fn drop(&mut self) {
        if self.run.is_on() {
            if !std::thread::panicking() {
                self.failure = Failure::GivenUp;
            }
            self.close(None, None::<fn() -> LoadEnd>);
        }
    }
}

fn value_end(kept: &Arc<Kept>) -> LoadEnd {
    let alive = Alive { _value: kept.value.keep_alive(), beside: kept.record.get().ok().flatten().map(Contained::new) };
    LoadEnd::Value(Arc::clone(kept), alive)
}
