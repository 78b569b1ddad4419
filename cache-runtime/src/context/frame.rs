//! The surroundings of a call: one word per thread for the question "anything special?", and a chain of frames for the
//! answer.
//!
//! A future carries its frames with it and puts them in place whenever it is polled, on whatever thread.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{self, Poll};

use crate::context::inbox::Inbox;
use crate::context::isolated_parts::IsolatedParts;
use crate::context::run::Run;
use crate::context::trace_log::TraceLog;
use crate::context::verify_log::VerifyLog;
use crate::thread::flags::{BYPASS, CLOCK, Flags, ISOLATED, REFRESH, TRACE, VERIFY};
use crate::thread::this;

thread_local! {
    /// The innermost frame around a call made here. A thread that ends has none, and what it calls then has frames too:
    /// so this is never dropped.
    static INNERMOST: ManuallyDrop<RefCell<Option<Arc<FrameNode>>>> = const { ManuallyDrop::new(RefCell::new(None)) };
}

/// One thing that surrounds a call.
pub(crate) enum Frame {
    Bypass,
    Refresh,
    Trace(Arc<TraceLog>),
    /// Time stands at this.
    Clock(Arc<AtomicU64>),
    /// Caches, statistics and inputs are those of an isolation.
    Isolation(Arc<IsolatedParts>),
    /// Whatever a session is.
    Session(Arc<dyn Any + Send + Sync>),
    /// The body of a cached call runs, or a hook that looks at what it returned.
    Load(Run),
    /// An observer is told of an event: what it does is no part of the bodies inside what it observes.
    Listeners(Around),
    /// What is around it was carried here, without the observers there: these are their inboxes.
    Carried(Vec<Arc<Inbox>>),
    /// Hits run the body, too.
    Verify(Arc<VerifyLog>),
    /// A body runs to be compared with what is kept: those around it see nothing of what it does.
    Rerun(u64),
    /// A user's expression is evaluated on which what stands at this address depends: options, an input's first value.
    Making(usize),
}

/// The frames around a place, to be kept.
#[derive(Clone)]
pub(crate) struct Around(Option<Arc<FrameNode>>);

impl Frame {
    fn flags_within(&self, outside: Flags) -> Flags {
        match self {
            Self::Bypass => outside.with(BYPASS),
            Self::Refresh => outside.with(REFRESH),
            Self::Trace(_) => outside.with(TRACE),
            Self::Clock(_) => outside.with(CLOCK),
            Self::Isolation(_) => outside.with(ISOLATED),
            Self::Verify(_) => outside.with(VERIFY),
            Self::Session(_) | Self::Listeners(_) | Self::Carried(_) | Self::Rerun(_) | Self::Making(_) => outside,
            // Only the outermost cached calls are to be refreshed.
            Self::Load(_) => outside.without(REFRESH),
        }
    }
}

/// A frame and those around it.
pub(crate) struct FrameNode {
    frame: Frame,
    outer: Option<Arc<Self>>,
    /// The next one outwards that is no load: recursion makes many loads, and few look for them.
    outer_but_loads: Option<Arc<Self>>,
}

/// The frame of a load, entered whenever something of it runs.
#[derive(Clone)]
pub(crate) struct LoadFrame(Arc<FrameNode>);

impl LoadFrame {
    /// Inside what surrounds this place.
    pub(crate) fn new(run: Run) -> Self {
        Self(Arc::new(FrameNode::new(Frame::Load(run), innermost())))
    }

    /// Runs `f` inside it.
    pub(crate) fn within<R>(self, f: impl FnOnce() -> R) -> R {
        self.enter().around(f)
    }

    #[inline(never)]
    fn enter(self) -> Entered {
        Entered(self.surroundings().replace_current())
    }

    /// Polls `future` inside it, and drops it there too: see [`within_async`].
    pub(crate) async fn within_async<F: Future>(self, future: Pin<&mut Option<F>>) -> F::Output {
        Within { surroundings: self.surroundings(), future }.await
    }

    fn surroundings(self) -> Surroundings {
        Surroundings { flags: self.0.frame.flags_within(flags()), innermost: Some(self.0) }
    }
}

impl Deref for LoadFrame {
    type Target = Run;
    fn deref(&self) -> &Run {
        match &self.0.frame {
            Frame::Load(run) => run,
            _ => unreachable!("`new` makes no other"),
        }
    }
}

/// The innermost load around this call of which that is true.
pub(crate) fn find_load(is_meant: impl Fn(&Run) -> bool) -> Option<LoadFrame> {
    INNERMOST.with(|innermost| {
        let innermost = innermost.borrow();
        let mut links = std::iter::successors(innermost.as_ref(), |link| link.outer.as_ref());
        links
            .find(|link| matches!(&link.frame, Frame::Load(run) if is_meant(run)))
            .map(|link| LoadFrame(Arc::clone(link)))
    })
}

/// Everything that surrounds a call, to be carried into threads and tasks that it starts: session, isolation, `bypass`,
/// `refresh`, `trace` and the bodies of cached functions around it.
///
/// By itself none of that goes with a thread, a spawned task, a closure of `rayon` or one for blocking work. Where it is
/// carried there it is as if that was done by the call itself: inputs that are read there and events that are raised count
/// for the bodies around the call as long as they run, `trace` tells of the calls, and a call that would wait for a body
/// around it panics. Observers are told of the events when their own thread comes back to them: at the latest at the end
/// of [`observe`](crate::observe).
///
/// A clock that was [paused](crate::testing::Clock::pause) on a thread stays there; that of an isolation goes along. What
/// is carried keeps nothing alive: when an isolation or a session is over, what is still under way there just runs.
///
/// ```
/// use cache_runtime::{Session, Surroundings, cache_data};
///
/// #[cache_data(scope = "session")]
/// fn greeting() -> String {
///     "Hello".to_owned()
/// }
///
/// let session = Session::new();
/// session.enter(|| {
///     let here = Surroundings::current();
///     std::thread::spawn(move || here.enter(greeting)).join().unwrap();
///     assert!(GREETING.entry().contains());
/// });
/// ```
#[derive(Clone, Default)]
pub struct Surroundings {
    flags: Flags,
    innermost: Option<Arc<FrameNode>>,
}

/// One after the other: a long row of them would need much stack.
impl Drop for FrameNode {
    fn drop(&mut self) {
        self.outer_but_loads = None;
        let mut outer = self.outer.take().and_then(Arc::into_inner);
        while let Some(mut node) = outer {
            node.outer_but_loads = None;
            outer = node.outer.take().and_then(Arc::into_inner);
        }
    }
}

impl FrameNode {
    fn new(frame: Frame, outer: Option<Arc<Self>>) -> Self {
        let outer_but_loads = match outer.as_deref() {
            Some(Self { frame: Frame::Load(_), outer_but_loads, .. }) => outer_but_loads.clone(),
            _ => outer.clone(),
        };
        Self { frame, outer, outer_but_loads }
    }
}

fn innermost() -> Option<Arc<FrameNode>> {
    INNERMOST.with(|innermost| innermost.borrow().clone())
}

impl Surroundings {
    pub(super) fn here() -> Self {
        Self { flags: flags(), innermost: innermost() }
    }

    /// These, and one more.
    pub(super) fn with(self, frame: Frame) -> Self {
        let flags = frame.flags_within(self.flags);
        Self { flags, innermost: Some(Arc::new(FrameNode::new(frame, self.innermost))) }
    }

    /// Puts these in place and hands back what was there.
    fn replace_current(self) -> Self {
        let innermost = INNERMOST.with(|innermost| innermost.replace(self.innermost));
        let before = flags();
        this::this().flags.set(self.flags.on_thread_of(before));
        Self { flags: before, innermost }
    }

    /// Were they carried here, with nothing more?
    pub(super) fn are_carried(&self) -> bool {
        matches!(self.innermost.as_deref(), Some(FrameNode { frame: Frame::Carried(_), .. }))
    }

    fn swap_with_current(&mut self) {
        *self = mem::take(self).replace_current();
    }

    /// Runs `f` inside them.
    pub(super) fn within<R>(self, f: impl FnOnce() -> R) -> R {
        self.put_in_place().around(f)
    }

    #[inline(never)]
    fn put_in_place(self) -> Entered {
        Entered(self.replace_current())
    }

    /// Polls `future` inside them, and drops it there too.
    pub(super) async fn within_async<F: Future>(self, future: Pin<&mut Option<F>>) -> F::Output {
        Within { surroundings: self, future }.await
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

/// The surroundings that were there before, to come back.
struct Entered(Surroundings);

impl Entered {
    /// Runs `f`, and puts back what was there.
    fn around<R>(self, f: impl FnOnce() -> R) -> R {
        let returned = f();
        // By hand: the frame may hold values of the user's, and should the drop of one panic where a function ends, what it
        // returns would be forgotten.
        drop(self);
        returned
    }
}

impl Drop for Entered {
    #[inline(never)]
    fn drop(&mut self) {
        self.0.swap_with_current();
    }
}

/// The flags of a call made here.
#[inline]
pub(crate) fn flags() -> Flags {
    this::this().flags.get()
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
    fn outer(link: &FrameNode) -> Option<&FrameNode> {
        match &link.frame {
            Frame::Listeners(Around(around)) => around.as_deref(),
            _ => link.outer.as_deref(),
        }
    }
    find_along(outer, pick)
}

fn find_along<T>(outer: fn(&FrameNode) -> Option<&FrameNode>, pick: impl FnMut(&Frame) -> Option<T>) -> Option<T> {
    INNERMOST.with(|innermost| {
        let innermost = innermost.borrow();
        let links = std::iter::successors(innermost.as_deref(), |link| outer(link));
        links.map(|link| &link.frame).find_map(pick)
    })
}

/// The frames around this place.
pub(crate) fn around() -> Around {
    Around(Surroundings::here().innermost)
}

/// Runs `f` with one more frame around it.
pub(crate) fn within<R>(frame: Frame, f: impl FnOnce() -> R) -> R {
    enter(frame).around(f)
}

/// Out of line, like the end of it: what is compiled for each body is to be little.
#[inline(never)]
fn enter(frame: Frame) -> Entered {
    Entered(Surroundings::here().with(frame).replace_current())
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
    Within { surroundings: Surroundings::here().with(frame), future }.await
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
        if let Some(FrameNode { frame: Frame::Load(run), .. }) = surroundings.innermost.as_deref() {
            run.abandon();
        }
        let _swapped = Swapped::new(surroundings);
        future.set(None);
    }
}
