//! A load that others wait for.
//!
//! Waiting is a future; a synchronous caller parks on the same one. So there is one state machine for both.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::deadlock::Edge;
use crate::kept::Kept;
use crate::key::Key;
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
    Passed(Passed),
    /// It returned what cannot be shared, panicked, or was dropped: one of the waiters is next.
    Nothing,
}

/// What of an entry is still needed, should it leave the cache before those who waited have it.
#[derive(Clone)]
pub(crate) struct Alive {
    pub(crate) _value: Option<Passed>,
    pub(crate) beside: Option<Arc<Recorded>>,
}

pub(crate) struct Flight {
    /// The load's.
    pub(crate) id: u64,
    /// The key that is made of the arguments alone.
    pub(crate) base: Key,
    state: Mutex<State>,
}

struct State {
    end: Option<LoadEnd>,
    waiting: usize,
    wakers: Vec<(u64, Waker)>,
    next: u64,
}

impl State {
    fn replace_waker(&mut self, ticket: u64, waker: Option<Waker>) -> Option<Waker> {
        let place = self.wakers.iter().position(|(other, _)| *other == ticket);
        let before = place.map(|place| self.wakers.swap_remove(place).1);
        self.wakers.extend(waker.map(|waker| (ticket, waker)));
        before
    }
}

impl Flight {
    pub(crate) fn new(id: u64, base: Key) -> Self {
        Self { id, base, state: Mutex::new(State { end: None, waiting: 0, wakers: Vec::new(), next: 0 }) }
    }

    /// One more waits. Counted under the ledger's lock, so that whoever ends the flight knows of it.
    pub(crate) fn join(self: &Arc<Self>, edge: Option<Edge>) -> Waiting {
        let mut state = self.state.lock();
        state.waiting += 1;
        state.next += 1;
        Waiting { flight: Arc::clone(self), ticket: state.next, _edge: edge }
    }

    pub(crate) fn has_waiters(&self) -> bool {
        self.state.lock().waiting > 0
    }

    /// Tells those who wait, and those who joined but did not ask yet.
    pub(crate) fn end(&self, end: LoadEnd) {
        let wakers = {
            let mut state = self.state.lock();
            state.end = Some(end);
            std::mem::take(&mut state.wakers)
        };
        for (_, waker) in wakers {
            // A panic of one executor is not to cost the others their wake-up.
            drop(catch_unwind(AssertUnwindSafe(|| waker.wake())));
        }
    }
}

/// Waits for a flight to end. Dropping it disturbs no one.
pub(crate) struct Waiting {
    flight: Arc<Flight>,
    ticket: u64,
    _edge: Option<Edge>,
}

impl Future for Waiting {
    type Output = LoadEnd;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<LoadEnd> {
        // Wakers are made and dropped while nothing is locked: that runs the executor's code.
        let waker = task.waker().clone();
        let mut state = self.flight.state.lock();
        if let Some(end) = &state.end {
            return Poll::Ready(end.clone());
        }
        let before = state.replace_waker(self.ticket, Some(waker));
        drop(state);
        drop(before);
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.flight.state.lock();
        state.waiting -= 1;
        let before = state.replace_waker(self.ticket, None);
        drop(state);
        drop(before);
    }
}
