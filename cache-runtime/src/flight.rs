//! A load that others wait for.
//!
//! Waiting is a future; a synchronous caller parks on the same one. So there is one state machine for both.
//!
//! A load that ends with nothing to share lets one of those who wait run the body in its place, and each of these that
//! fails lets go two more: so a hundred callers of what fails wait for seven bodies, one after the other, and not for a
//! hundred. Each is woken once, when there is something for it to do.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::deadlock::Edge;
use crate::kept::Kept;
use crate::panics::{Contained, contain};
use crate::record::Recorded;
use crate::shape::Passed;
use crate::sync::Mutex;

/// How a load ended, for those who waited.
#[derive(Clone)]
pub(crate) enum LoadEnd {
    /// It made a value, kept or not.
    Value(Arc<Kept>, Alive),
    /// It failed, and this older value is still better than an error.
    Stale(Arc<Kept>),
    /// It returned something that is not kept but can be shared: an error, or `None`.
    Passed(Contained<Passed>),
    /// It returned what cannot be shared, panicked, or was dropped: who gets this is to run the body.
    Turn,
}

/// What of an entry is still needed, should it leave the cache before those who waited have it.
#[derive(Clone)]
pub(crate) struct Alive {
    pub(crate) _value: Option<Contained<Passed>>,
    pub(crate) beside: Option<Contained<Arc<Recorded>>>,
}

/// How many of those who wait run the body when a load has ended with nothing for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Successors {
    /// Of the first load, and of one that was given up.
    One,
    /// Of a load that ran in place of another and failed as well.
    Two,
}

pub(crate) struct Flight {
    /// That of its first load.
    pub(crate) id: u64,
    state: Mutex<State>,
}

struct State {
    /// For all who wait.
    end: Option<LoadEnd>,
    /// How many run the body, or are to run it.
    active: usize,
    /// Those who wait, by their tickets: in the order they came. Who has not asked yet has no waker.
    waiting: BTreeMap<u64, Option<Waker>>,
    next_ticket: u64,
}

impl State {
    fn is_idle(&self) -> bool {
        self.end.is_none() && self.active == 0 && self.waiting.is_empty()
    }

    /// Takes out those who are to run the body now.
    fn let_go(&mut self, successors: Successors) -> [Option<Waker>; 2] {
        let mut one = || {
            let (_, waker) = self.waiting.pop_first()?;
            self.active += 1;
            waker
        };
        match successors {
            Successors::One => [one(), None],
            Successors::Two => [one(), one()],
        }
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
        Self { id, state: Mutex::new(State { end: None, active: 1, waiting: BTreeMap::new(), next_ticket: 0 }) }
    }

    /// One more waits; `None` if nobody runs the body any more. Counted under the ledger's lock, so that whoever ends
    /// the flight knows of it.
    pub(crate) fn join(self: &Arc<Self>, edge: Option<Edge>) -> Option<Waiting> {
        let mut state = self.state.lock();
        if state.active == 0 {
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
        state.active == 1 && state.waiting.is_empty()
    }

    /// Has nobody ended it who ran the body, and does nobody run it any more or wait for it?
    pub(crate) fn is_idle(&self) -> bool {
        self.state.lock().is_idle()
    }

    /// A load ended with this for all who wait, unless another of the flight has.
    pub(crate) fn end(&self, end: LoadEnd) {
        let mut end = Some(end);
        let waiting = {
            let mut state = self.state.lock();
            if state.end.is_none() {
                state.end = end.take();
            }
            state.active -= 1;
            std::mem::take(&mut state.waiting)
        };
        drop(end);
        wake(waiting.into_values().flatten());
    }

    /// A load ended with nothing for those who wait.
    pub(crate) fn fail(&self, successors: Successors) {
        let wakers = {
            let mut state = self.state.lock();
            state.active -= 1;
            state.let_go(successors)
        };
        wake(wakers.into_iter().flatten());
    }
}

/// A place among those who wait for a flight: a future of how it ends. Once it has given [`LoadEnd::Turn`] it is the right
/// to run the body. Dropping it disturbs no one: others have their turn then.
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
    /// The flight in which the body is to be run.
    pub(crate) fn flight(&self) -> &Arc<Flight> {
        &self.flight
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
        if let Some(place) = state.waiting.get_mut(&self.ticket) {
            let before = place.replace(waker);
            drop(state);
            drop(before);
            return Poll::Pending;
        }
        let end = state.end.clone();
        drop(state);
        self.edge = None;
        self.stage = if end.is_some() { Stage::Done } else { Stage::Turn };
        Poll::Ready(end.unwrap_or(LoadEnd::Turn))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let (before, wakers) = {
            let mut state = self.flight.state.lock();
            let before = state.waiting.remove(&self.ticket);
            let successors = match self.stage {
                // There was no need to run the body: that is for others to find out too.
                Stage::Turn => Some(Successors::Two),
                // It was given up after it had been let go, and before it knew.
                Stage::Waiting if before.is_none() && state.end.is_none() => Some(Successors::One),
                Stage::Waiting | Stage::Done => None,
            };
            let wakers = successors.map(|successors| {
                state.active -= 1;
                state.let_go(successors)
            });
            (before, wakers)
        };
        drop(before);
        wake(wakers.into_iter().flatten().flatten());
    }
}
