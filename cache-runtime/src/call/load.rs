//! One run of a body: who runs it, who waits, and what becomes of what it makes.

use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::call::report::Report;
use crate::context::clock;
use crate::context::frame::{self, Frame, LoadFrame};
use crate::context::run::Run;
use crate::context::trace::Places;
use crate::context::tracking;
use crate::flight::waiting::{Alive, Failure, Flight, LoadEnd, Waiting};
use crate::function::stores::StoreRef;
use crate::key::{Key, Keys};
use crate::observe::outcome::{MissReason, Outcome, Refresh};
use crate::observe::spinner::Shown;
use crate::store::entries::Store;
use crate::store::loading::{Decision, Miss};
use crate::store::loads::Listed;
use crate::sys::moment::Moment;
use crate::sys::panics::Contained;
#[cfg(feature = "disk")]
use crate::tier::contract::WriteToken;
use crate::value::dependencies::{Dependencies, Inconsistent};
use crate::value::return_kind::Passed;
use crate::value::stored_entry::{Freshness, StoredEntry};

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
    RecursiveInDrop(LoadFrame),
}

/// A call that waits for another's load. When that gave it the turn, this is the right to run the body.
pub(crate) struct Wait {
    store: StoreRef,
    key: Key,
    waiting: Option<Waiting>,
}

impl Wait {
    fn turn(&self) -> Option<u64> {
        self.waiting.as_ref().and_then(Waiting::turn)
    }

    /// Takes the turn, which ends with the load.
    fn take_turn(mut self) -> Option<Arc<Flight>> {
        self.waiting.take().map(Waiting::take_turn)
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

/// Begins the load of a call that missed, or says what is to be done instead; inside `refresh` the body runs whatever
/// others do. Who has waited and is to run the body comes with its `turn`, which is taken if it does, and so are its
/// `places`.
pub(crate) fn begin(
    store: &StoreRef,
    keys: Keys,
    miss: &Miss,
    is_refresh: bool,
    (turn, places): (&mut Option<Wait>, &mut Places),
) -> Begin {
    let (decision, retired) = store.begin_load(keys, miss, is_refresh, turn.as_ref().and_then(Wait::turn));
    let begin = match decision {
        Decision::Lead(listed) => {
            let turn = turn.take_if(|turn| turn.turn().is_some_and(|flight| listed.flight == Some(flight)));
            let mut load = Load::new(store.again(), listed, miss.reason(), mem::take(places));
            load.turn_in = turn.and_then(Wait::take_turn);
            // Unless it is done.
            load.refresh = matches!(miss, Miss::Stale(_) | Miss::Unwanted(_)).then_some(Refresh::Failed);
            // Retired entries run the user's code: before the body, and as if inside it, so that a call that would wait
            // for this load is found out.
            if !retired.is_empty() {
                load.run().within(|| drop(retired));
            }
            return Begin::Lead(load);
        }
        Decision::Wait(waiting) => Begin::Wait(Wait { store: store.again(), key: keys.full, waiting: Some(waiting) }),
        Decision::Serve(kept) => Begin::Serve(kept),
        Decision::Again => Begin::Again,
        Decision::AfterClear => Begin::AfterClear,
        Decision::Recursive(awaited) => recursive(awaited.as_deref(), keys, store),
    };
    drop(retired);
    begin
}

/// Begins the load of a call that has found nothing, if there is nothing else to be considered.
pub(crate) fn begin_first(store: &StoreRef, key: Key) -> Option<Load> {
    if store.options.spinner.is_some() {
        return None;
    }
    let listed = store.begin_first(key)?;
    Some(Load::new(store.again(), listed, MissReason::Absent, Places::default()))
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
        return Begin::RecursiveInDrop(LoadFrame::new(Run::unlisted(keys, store.name, store.address())));
    }
    Begin::Recursive { has_returned: awaited.is_some_and(Run::has_returned) }
}

/// The run of a body. Dropped before its end (a panic, a cancelled future), it lets one of those who wait be next.
pub(crate) struct Load {
    store: StoreRef,
    run: LoadFrame,
    /// See [`Listed::flight`].
    flight: Option<u64>,
    /// The flight in which it has waited for its turn.
    turn_in: Option<Arc<Flight>>,
    failure: Failure,
    refresh: Option<Refresh>,
    started: Option<Moment>,
    outcome: Outcome,
    places: Places,
    spinner: Option<Shown>,
    #[cfg(feature = "disk")]
    write_token: WriteToken,
}

impl Load {
    fn new(store: StoreRef, listed: Listed, reason: MissReason, places: Places) -> Self {
        let Listed { id, keys, flight } = listed;
        Self {
            run: LoadFrame::new(Run::listed(id, flight.unwrap_or(id), keys, store.name, store.address())),
            store,
            flight,
            turn_in: None,
            failure: Failure::Failed,
            refresh: None,
            started: Some(clock::now()),
            outcome: Outcome::Miss(reason),
            places,
            spinner: None,
            #[cfg(feature = "disk")]
            write_token: WriteToken::NONE,
        }
    }

    pub(crate) fn run(&self) -> LoadFrame {
        self.run.clone()
    }

    /// By which the tier below takes what the body makes.
    #[cfg(feature = "disk")]
    pub(crate) fn set_write_token(&mut self, token: WriteToken) {
        self.write_token = token;
    }

    #[cfg(feature = "disk")]
    pub(crate) fn write_token(&self) -> WriteToken {
        self.write_token
    }

    /// The tier below has something that cannot be read.
    #[cfg(feature = "disk")]
    pub(crate) fn found_unreadable(&mut self) {
        self.outcome = Outcome::Miss(MissReason::Unreadable);
    }

    /// The value came from the tier below, and no body has to run: that is no miss.
    #[cfg(feature = "disk")]
    pub(crate) fn recalled(&mut self) {
        self.outcome = Outcome::Hit;
        self.started = None;
    }

    /// The body is about to run. Reads and events before it are no part of it.
    pub(crate) fn begin_body(&mut self) {
        drop(self.run.take_record());
        self.spinner =
            self.store.options.spinner.and_then(|spinner| spinner.show(self.store.name, !tracking::is_made()));
    }

    /// The body returned a value: hooks look at it, and clones are made.
    pub(crate) fn body_returned(&self) {
        self.run.returned();
    }

    /// The dependencies of the body, to be kept with its value.
    pub(crate) fn recorded(&self) -> Result<Option<Dependencies>, Inconsistent> {
        // Dropping the log runs the user's code: with nothing locked.
        self.run.take_record().map(|record| record.finish(self.run.keys.base)).transpose()
    }

    /// There is a value that is to be kept: in memory, unless it only passes through.
    pub(crate) fn keep(mut self, kept: &Arc<StoredEntry>, weight: usize) {
        self.refreshed();
        let made = self.store.options.memory.then_some((kept, weight));
        self.close(Some(kept), made, Some(|| value_end(kept)));
    }

    /// The body made a value that is not to be kept, but is good for those who waited.
    pub(crate) fn hand_on(mut self, value: impl FnOnce() -> Arc<StoredEntry>) {
        self.refreshed();
        self.close(None, None, Some(|| value_end(&value())));
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
        self.outcome = Outcome::Stale;
        self.close(Some(kept), None, Some(|| LoadEnd::Stale(Arc::clone(kept))));
    }

    /// The body returned something that is not kept, of which those who waited get a copy.
    pub(crate) fn pass(mut self, share: impl FnOnce() -> Passed) {
        // Of what those who wait would read, nothing is known.
        let is_for_all = self.run.reads_nothing();
        self.close(None, None, is_for_all.then_some(|| LoadEnd::Passed(Contained::new(share()))));
    }

    /// The body returned something that is for its caller alone.
    pub(crate) fn fail(mut self) {
        self.close(None, None, None::<fn() -> LoadEnd>);
    }

    fn refreshed(&mut self) {
        self.refresh = self.refresh.map(|_| Refresh::Done);
    }

    /// Ends it with something for those who waited, or with nothing: then they run the body themselves. `served` is the
    /// entry that the caller gets, `made` one to be kept.
    fn close(
        &mut self,
        served: Option<&StoredEntry>,
        made: Option<(&Arc<StoredEntry>, usize)>,
        end: Option<impl FnOnce() -> LoadEnd>,
    ) {
        self.spinner = None;
        let load_time = self.started.take().map(|started| clock::now().since(started));
        let Self { store, places, .. } = self;
        let report = Report { function: store.name, counters: Some(&store.counters), places };
        report.tell(self.outcome, served, load_time);
        if let Some(refresh) = self.refresh.take() {
            store.refreshed(refresh);
        }
        let is_over = end.is_some();
        let listed = Listed { id: self.run.id, keys: self.run.keys, flight: self.flight };
        let (flight, retired) = store.end_load(listed, made, is_over);
        let flight = self.turn_in.take().or(flight);
        // Nobody can join any more. Making the end may panic: it clones an error, say.
        let has_waiters = flight.as_ref().is_some_and(|flight| flight.has_waiters());
        let end = end.filter(|_| has_waiters).map(|end| catch_unwind(AssertUnwindSafe(end))).transpose();
        // Whoever is woken does not stand in this body.
        self.run.end();
        let panic = match (&flight, end) {
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
        // Retired entries run the user's code, for which those who wait are not to wait.
        drop(retired);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl Drop for Load {
    /// A panic is a failure like an error. A future that was dropped has not failed, but an older value that others
    /// have is not tried to be replaced again by each of them, to be dropped too.
    fn drop(&mut self) {
        if self.run.is_on() {
            drop(self.fall_back());
            if !std::thread::panicking() {
                self.failure = Failure::GivenUp;
            }
            self.close(None, None, None::<fn() -> LoadEnd>);
        }
    }
}

fn value_end(kept: &Arc<StoredEntry>) -> LoadEnd {
    let alive = Alive { _value: kept.value.keep_alive(), beside: kept.record.get().ok().flatten().map(Contained::new) };
    LoadEnd::Value(Arc::clone(kept), alive)
}
