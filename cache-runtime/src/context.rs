//! What surrounds a call: one word per thread for the question "anything special?", and a chain of frames for the
//! answer.
//!
//! A future carries its frames with it and puts them in place whenever it is polled, on whatever thread.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

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
    /// The body of a cached call runs, or a hook that looks at what it returned.
    Load(Arc<Run>),
    /// An observer is told of an event: what it does is no part of the bodies inside what it observes.
    Told(Around),
    /// A user's expression is evaluated on which what stands at this address depends: options, an input's first value.
    Making(usize),
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
            Self::Session(_) | Self::Told(_) | Self::Making(_) => outside,
            // Only the outermost cached calls are to be refreshed.
            Self::Load(_) => Flags(outside.0 & !REFRESH.0),
        }
    }
}

/// A frame and those around it.
pub(crate) struct Link {
    frame: Frame,
    outer: Option<Arc<Self>>,
    /// The next one outwards that is no load: recursion makes many loads, and few look for them.
    outer_but_loads: Option<Arc<Self>>,
}

/// Everything that surrounds a call: the innermost frame and what it adds up to.
#[derive(Default)]
struct Surroundings {
    flags: Flags,
    innermost: Option<Arc<Link>>,
}

impl Surroundings {
    fn current() -> Self {
        Self { flags: flags(), innermost: thread::this().innermost.borrow().clone() }
    }

    fn with(self, frame: Frame) -> Self {
        let flags = frame.flags_within(self.flags);
        let outer_but_loads = match self.innermost.as_deref() {
            Some(Link { frame: Frame::Load(_), outer_but_loads, .. }) => outer_but_loads.clone(),
            _ => self.innermost.clone(),
        };
        Self { flags, innermost: Some(Arc::new(Link { frame, outer: self.innermost, outer_but_loads })) }
    }

    /// Puts these in place and hands back what was there.
    fn replace_current(self) -> Self {
        let innermost = thread::this().innermost.replace(self.innermost);
        let before = flags();
        thread::this().flags.set(Flags(self.flags.0 & !OF_THREAD.0 | before.0 & OF_THREAD.0));
        Self { flags: before, innermost }
    }

    fn swap_with_current(&mut self) {
        *self = mem::take(self).replace_current();
    }
}

/// What was there before, to come back.
struct Entered(Surroundings);

impl Drop for Entered {
    #[inline(never)]
    fn drop(&mut self) {
        self.0.swap_with_current();
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

/// [`find`] among the frames that are no loads.
pub(crate) fn find_but_loads<T>(mut pick: impl FnMut(&Frame) -> Option<T>) -> Option<T> {
    find_along(
        |link| link.outer_but_loads.as_deref(),
        |frame| match frame {
            Frame::Load(_) => None,
            frame => pick(frame),
        },
    )
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

fn find_along<T>(outer: fn(&Link) -> Option<&Link>, pick: impl FnMut(&Frame) -> Option<T>) -> Option<T> {
    let innermost = thread::this().innermost.borrow();
    let links = std::iter::successors(innermost.as_deref(), |link| outer(link));
    links.map(|link| &link.frame).find_map(pick)
}

/// What surrounds this place.
pub(crate) fn around() -> Around {
    Around(Surroundings::current().innermost)
}

/// Runs `f` with one more frame around it.
pub(crate) fn within<R>(frame: Frame, f: impl FnOnce() -> R) -> R {
    let entered = enter(frame);
    let returned = f();
    // By hand: the frame may hold values of the user's, and should the drop of one panic where a function ends, what it
    // returns would be forgotten.
    drop(entered);
    returned
}

/// Out of line, like the end of it: what is compiled for each body is to be little.
#[inline(never)]
fn enter(frame: Frame) -> Entered {
    Entered(Surroundings::current().with(frame).replace_current())
}

/// Runs `f` in a frame that says that what stands at `place` is being made; `None` if it is being made around here
/// already.
pub(crate) fn making<T, R>(place: &T, f: impl FnOnce() -> R) -> Option<R> {
    making_at(std::ptr::from_ref(place).addr(), f)
}

/// [`making`] for what has no type here.
pub(crate) fn making_at<R>(address: usize, f: impl FnOnce() -> R) -> Option<R> {
    let is_made = find_but_loads(|frame| matches!(frame, Frame::Making(other) if *other == address).then_some(()));
    is_made.is_none().then(|| within(Frame::Making(address), f))
}

/// Polls `future` with one more frame around it, around what surrounds the first poll, and drops it there too.
///
/// The future is borrowed: taken by value it would be part of this one twice over.
pub(crate) async fn within_async<F: Future>(frame: Frame, future: Pin<&mut Option<F>>) -> F::Output {
    Within { surroundings: Surroundings::current().with(frame), future }.await
}

struct Within<'a, F> {
    /// Those of the future, or while they are in place what was there before.
    surroundings: Surroundings,
    /// `None` when it is done.
    future: Pin<&'a mut Option<F>>,
}

/// While it lives, the surroundings of a future are in place.
struct Swapped<'a>(&'a mut Surroundings);

impl<'a> Swapped<'a> {
    fn new(surroundings: &'a mut Surroundings) -> Self {
        surroundings.swap_with_current();
        Self(surroundings)
    }
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        self.0.swap_with_current();
    }
}

impl<F: Future> Future for Within<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let Self { surroundings, future } = &mut *self;
        let _swapped = Swapped::new(surroundings);
        let Some(running) = future.as_mut().as_pin_mut() else {
            unreachable!("a future is not polled when it is done")
        };
        let polled = running.poll(task);
        if polled.is_ready() {
            future.set(None);
        }
        polled
    }
}

impl<F> Drop for Within<'_, F> {
    /// A future that is cancelled drops what stands in it: that is as much inside the frame as the rest of it.
    fn drop(&mut self) {
        if self.future.is_none() {
            return;
        }
        let Self { surroundings, future } = self;
        if let Some(Link { frame: Frame::Load(run), .. }) = surroundings.innermost.as_deref() {
            run.abandon();
        }
        let _swapped = Swapped::new(surroundings);
        future.set(None);
    }
}
