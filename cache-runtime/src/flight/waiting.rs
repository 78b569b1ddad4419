//! A load that others wait for.
//!
//! Waiting is a future; a synchronous caller parks on the same one. So there is one state machine for both.
//!
//! When a load ends with nothing to share, some of those who wait run the body in its place: one after the first load,
//! then two, then four, and so on while all of them fail. So a hundred callers of what fails wait for seven bodies, one
//! after the other, and not for a hundred. All are woken when there are turns to take, and the first to ask take them:
//! nobody waits for one who is not polled.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::flight::deadlock::Edge;
use crate::sys::panics::{Contained, contain};
use crate::sys::sync::Mutex;
use crate::value::dependencies::Dependencies;
use crate::value::return_kind::Passed;
use crate::value::stored_entry::StoredEntry;

/// How a load ended, for those who waited.
#[derive(Clone)]
pub(crate) enum LoadEnd {
    /// It made a value, kept or not.
    Value(Arc<StoredEntry>, Alive),
    /// It failed, and this older value is still better than an error.
    Stale(Arc<StoredEntry>),
    /// It returned something that is not kept but can be shared: an error, or `None`.
    Passed(Contained<Passed>),
    /// It returned what cannot be shared, panicked, or was dropped: who gets this is to run the body.
    Turn,
    /// Something is kept meanwhile, or was cleared: the call begins anew.
    Again,
}

/// The parts of an entry that are still needed, should it leave the cache before those who waited have it.
#[derive(Clone)]
pub(crate) struct Alive {
    /// Held for as long as this lives.
    pub(crate) _value: Option<Contained<Passed>>,
    pub(crate) beside: Option<Contained<Arc<Dependencies>>>,
}

/// Why a load ended with nothing for those who wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Its body returned what is for one caller alone, or panicked: more at a time may have more luck.
    Failed,
    /// Its future was dropped.
    GivenUp,
}

pub(crate) struct Flight {
    /// That of its first load.
    pub(crate) id: u64,
    state: Mutex<State>,
}

struct State {
    /// For all who wait.
    end: Option<LoadEnd>,
    /// How many run the body.
    running: usize,
    /// How many of those who wait may run it now.
    turns: usize,
    /// How many may when all of these have failed.
    next_turns: usize,
    /// Those who wait, by their tickets; who was not polled since the last turns were given has no waker.
    waiting: BTreeMap<u64, Option<Waker>>,
    next_ticket: u64,
}

impl State {
    fn take_turn(&mut self) -> bool {
        let is_one_left = self.turns > 0;
        if is_one_left {
            self.turns -= 1;
            self.running += 1;
        }
        is_one_left
    }

    /// All who wait, to be woken.
    fn wakers(&mut self) -> Vec<Waker> {
        self.waiting.values_mut().filter_map(Option::take).collect()
    }
}

/// Wakes with nothing locked: that runs the executor's code. A panic of one executor does not cost the others their
/// wake-up.
fn wake(wakers: impl IntoIterator<Item = Waker>) {
    for waker in wakers {
        contain(|| waker.wake());
    }
}

impl Flight {
    /// A flight with its first load.
    pub(crate) fn new(id: u64) -> Self {
        let waiting = BTreeMap::new();
        let state = State { end: None, running: 1, turns: 0, next_turns: 1, waiting, next_ticket: 0 };
        Self { id, state: Mutex::new(state) }
    }

    /// One more waits; `None` if nobody runs the body or is to run it. Counted under the state's lock, so that whoever
    /// ends the flight knows of it.
    pub(crate) fn join(self: &Arc<Self>, edge: Option<Edge>) -> Option<Waiting> {
        let mut state = self.state.lock();
        if state.end.is_some() || state.running + state.turns == 0 {
            return None;
        }
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.insert(ticket, None);
        Some(Waiting { flight: Arc::clone(self), ticket, stage: Stage::Waiting, edge })
    }

    pub(crate) fn has_waiters(&self) -> bool {
        !self.state.lock().waiting.is_empty()
    }

    /// Would nobody be left but the one load that asks?
    pub(crate) fn is_last(&self) -> bool {
        let state = self.state.lock();
        state.running == 1 && state.waiting.is_empty()
    }

    /// Does nobody run the body any more, and is nobody left who is to run it?
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.state.lock();
        state.running == 0 && (state.end.is_some() || state.waiting.is_empty())
    }

    /// A load ended with this for all who wait, unless another of the flight has.
    pub(crate) fn end(&self, end: LoadEnd) {
        let mut end = Some(end);
        let wakers = {
            let mut state = self.state.lock();
            if state.end.is_none() {
                state.end = end.take();
            }
            state.running -= 1;
            state.wakers()
        };
        drop(end);
        wake(wakers);
    }

    /// Who had a turn had no need to run the body, which the others may find out as well, unless one of them runs it.
    fn give_back(&self) {
        let wakers = {
            let mut state = self.state.lock();
            state.running -= 1;
            if state.running > 0 {
                return;
            }
            state.end.get_or_insert(LoadEnd::Again);
            state.wakers()
        };
        wake(wakers);
    }

    /// A load ended with nothing for those who wait.
    pub(crate) fn fail(&self, failure: Failure) {
        let wakers = {
            let mut state = self.state.lock();
            state.running -= 1;
            if state.running + state.turns > 0 {
                return;
            }
            match failure {
                Failure::Failed => {
                    state.turns = state.next_turns;
                    state.next_turns *= 2;
                }
                Failure::GivenUp => state.turns = 1,
            }
            state.wakers()
        };
        wake(wakers);
    }
}

/// A place among those who wait for a flight: a future of how it ends. Once it has given [`LoadEnd::Turn`] it is the
/// right to run the body.
pub(crate) struct Waiting {
    flight: Arc<Flight>,
    ticket: u64,
    stage: Stage,
    edge: Option<Edge>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// The body is to be run.
    Turn,
    /// The load that was waited for has ended, or the turn was taken.
    Done,
}

impl Waiting {
    pub(crate) fn flight(&self) -> &Arc<Flight> {
        &self.flight
    }

    /// The number of the flight, if the body is to be run in it.
    pub(crate) fn turn(&self) -> Option<u64> {
        (self.stage == Stage::Turn).then_some(self.flight.id)
    }

    /// Takes the turn, which ends with the load.
    pub(crate) fn take_turn(mut self) -> Arc<Flight> {
        self.stage = Stage::Done;
        Arc::clone(&self.flight)
    }
}

impl Future for Waiting {
    type Output = LoadEnd;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<LoadEnd> {
        // Wakers are made and dropped while nothing is locked: that runs the executor's code.
        let waker = task.waker().clone();
        let mut state = self.flight.state.lock();
        let end = state.end.clone().or_else(|| state.take_turn().then_some(LoadEnd::Turn));
        let Some(end) = end else {
            let before = state.waiting.insert(self.ticket, Some(waker));
            drop(state);
            drop(before);
            return Poll::Pending;
        };
        let before = state.waiting.remove(&self.ticket);
        drop(state);
        drop(before);
        self.edge = None;
        self.stage = if matches!(end, LoadEnd::Turn) { Stage::Turn } else { Stage::Done };
        Poll::Ready(end)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        match self.stage {
            Stage::Done => {}
            Stage::Waiting => {
                let before = self.flight.state.lock().waiting.remove(&self.ticket);
                drop(before);
            }
            Stage::Turn => self.flight.give_back(),
        }
    }
}
