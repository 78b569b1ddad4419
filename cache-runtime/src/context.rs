//! What surrounds a call: one word per thread for the question "anything special?", and a chain of frames for the
//! answer.
//!
//! A future carries its frames with it and puts them in place whenever it is polled, on whatever thread.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::ManualClock;
use crate::load::Run;
use crate::session;
use crate::thread;
use crate::trace::Recording;

/// What is special about a call, one bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags(u32);

/// Cached functions just run.
pub(crate) const BYPASS: Flags = Flags(1);
/// The outermost cached calls run and replace.
pub(crate) const REFRESH: Flags = Flags(1 << 1);
/// Somebody wants to know the outcomes.
pub(crate) const TRACE: Flags = Flags(1 << 2);
/// Time is injected.
pub(crate) const CLOCK: Flags = Flags(1 << 3);
/// The thread has all that a look-up needs of it.
pub(crate) const READY: Flags = Flags(1 << 4);
/// The thread is ending: what a look-up needs of it may be gone.
pub(crate) const ENDING: Flags = Flags(1 << 5);
/// What belongs to a thread, not to what it runs.
const OF_THREAD: Flags = Flags(READY.0 | ENDING.0);

impl Flags {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn has(self, any_of: Self) -> bool {
        self.0 & any_of.0 != 0
    }

    pub(crate) const fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    /// May a hit answer in the shortest way?
    #[inline]
    pub(crate) const fn are_plain(self) -> bool {
        self.0 & (BYPASS.0 | REFRESH.0 | TRACE.0 | READY.0) == READY.0
    }
}

/// One thing that surrounds a call.
pub(crate) enum Frame {
    Bypass,
    Refresh,
    Trace(Arc<Recording>),
    Clock(ManualClock),
    Session(Arc<session::Inside>),
    /// The body of a cached call runs.
    Load(Arc<Run>),
    /// An observer is told of an event: what it does is no part of the bodies inside what it observes.
    Told(Around),
}

/// What surrounds a place, to be kept.
#[derive(Clone)]
pub(crate) struct Around(Option<Arc<Link>>);

impl Frame {
    fn flags_within(&self, outside: Flags) -> Flags {
        match self {
            Self::Bypass => Flags(outside.0 | BYPASS.0),
            Self::Refresh => Flags(outside.0 | REFRESH.0),
            Self::Trace(_) => Flags(outside.0 | TRACE.0),
            Self::Clock(_) => Flags(outside.0 | CLOCK.0),
            Self::Session(_) | Self::Told(_) => outside,
            // Only the outermost cached calls are to be refreshed.
            Self::Load(_) => Flags(outside.0 & !REFRESH.0),
        }
    }
}

struct Link {
    frame: Frame,
    outer: Option<Arc<Link>>,
}

/// Everything that surrounds a call: the innermost frame and what it adds up to.
#[derive(Default)]
struct Surroundings {
    flags: Flags,
    innermost: Option<Arc<Link>>,
}

thread_local! {
    static INNERMOST: RefCell<Option<Arc<Link>>> = const { RefCell::new(None) };
}

impl Surroundings {
    fn current() -> Self {
        Self { flags: flags(), innermost: INNERMOST.try_with(|innermost| innermost.borrow().clone()).ok().flatten() }
    }

    fn with(self, frame: Frame) -> Self {
        Self { flags: frame.flags_within(self.flags), innermost: Some(Arc::new(Link { frame, outer: self.innermost })) }
    }

    /// Puts these in place until the guard is dropped.
    fn enter(self) -> Entered {
        Entered(Some(self.replace_current()))
    }

    fn replace_current(self) -> Self {
        let innermost = INNERMOST.try_with(|innermost| innermost.replace(self.innermost)).ok().flatten();
        let before = flags();
        thread::this().flags.set(Flags(self.flags.0 & !OF_THREAD.0 | before.0 & OF_THREAD.0));
        Self { flags: before, innermost }
    }
}

/// What was there before, to come back.
struct Entered(Option<Surroundings>);

impl Entered {
    /// Ends it now and hands back what was in place.
    fn leave(mut self) -> Surroundings {
        self.0.take().map(Surroundings::replace_current).unwrap_or_default()
    }
}

impl Drop for Entered {
    #[inline(never)]
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            drop(before.replace_current());
        }
    }
}

/// What is special about a call made here.
#[inline]
pub(crate) fn flags() -> Flags {
    thread::this().flags.get()
}

/// The innermost frame for which `pick` has an answer.
pub(crate) fn find<T>(pick: impl FnMut(&Frame) -> Option<T>) -> Option<T> {
    find_along(|link| link.outer.as_deref(), pick)
}

/// [`find`] among the frames of which what happens here is a part.
pub(crate) fn find_whole<T>(pick: impl FnMut(&Frame) -> Option<T>) -> Option<T> {
    fn outer(link: &Link) -> Option<&Link> {
        match &link.frame {
            Frame::Told(Around(around)) => around.as_deref(),
            _ => link.outer.as_deref(),
        }
    }
    find_along(outer, pick)
}

fn find_along<T>(outer: fn(&Link) -> Option<&Link>, mut pick: impl FnMut(&Frame) -> Option<T>) -> Option<T> {
    let found = INNERMOST.try_with(|innermost| {
        let innermost = innermost.borrow();
        let links = std::iter::successors(innermost.as_deref(), |link| outer(link));
        links.map(|link| &link.frame).find_map(&mut pick)
    });
    found.ok().flatten()
}

/// What surrounds this place.
pub(crate) fn around() -> Around {
    Around(Surroundings::current().innermost)
}

/// Runs `f` with one more frame around it.
pub(crate) fn within<R>(frame: Frame, f: impl FnOnce() -> R) -> R {
    let _entered = enter(frame);
    f()
}

/// Out of line, like the end of it: what is compiled for each body is to be little.
#[inline(never)]
fn enter(frame: Frame) -> Entered {
    Surroundings::current().with(frame).enter()
}

/// Polls `future` with one more frame around it: around what surrounds the first poll.
///
/// The future is borrowed: taken by value it would be part of this one twice over.
pub(crate) async fn within_async<F: Future>(frame: Frame, mut future: Pin<&mut F>) -> F::Output {
    let mut surroundings = Surroundings::current().with(frame);
    poll_fn(move |task| {
        let entered = mem::take(&mut surroundings).enter();
        let polled = future.as_mut().poll(task);
        surroundings = entered.leave();
        polled
    })
    .await
}
