//! Tells how cached calls were answered.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use crate::context::frame::{self, Frame};
use crate::context::trace_log::TraceLog;
use crate::observe::outcome::{Call, Outcome};
use crate::thread::flags::TRACE;

/// Runs `f` and tells how each cached call in it was answered, in the order the calls began.
///
/// Calls made by the bodies of cached functions are told too. A call that ended in a panic before it was decided is
/// left out, and so is one that goes on when `f` is over. Other threads that `f` starts are not followed, unless
/// its [surroundings](crate::Surroundings) were carried there; [`trace_async`] follows a future wherever it is polled.
///
/// ```
/// use cache_runtime::{Call, MissReason, Outcome, cache_data, trace};
///
/// #[cache_data]
/// fn half(x: u32) -> u32 {
///     x / 2
/// }
///
/// let (sum, calls) = trace(|| half(8) + half(8));
/// assert_eq!(sum, 8);
/// assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Absent));
/// assert_eq!(calls[1], Call { function: HALF.name(), outcome: Outcome::Hit });
/// ```
pub fn trace<R>(f: impl FnOnce() -> R) -> (R, Vec<Call>) {
    let recording = Arc::<TraceLog>::default();
    let result = frame::within(Frame::Trace(Arc::clone(&recording)), f);
    (result, recording.calls())
}

/// [`trace`] for a future: awaits it and tells how each cached call in it was answered.
///
/// ```
/// use cache_runtime::{Outcome, cache_data, trace_async};
///
/// #[cache_data]
/// async fn half(x: u32) -> u32 {
///     x / 2
/// }
///
/// # futures::executor::block_on(async {
/// let (_, calls) = trace_async(async { half(8).await + half(8).await }).await;
/// assert_eq!(calls[1].outcome, Outcome::Hit);
/// # });
/// ```
pub async fn trace_async<F: Future>(future: F) -> (F::Output, Vec<Call>) {
    let recording = Arc::<TraceLog>::default();
    let result = frame::within_async(Frame::Trace(Arc::clone(&recording)), pin!(Some(future))).await;
    (result, recording.calls())
}

/// A call's places in the recordings around it.
#[derive(Default)]
pub(crate) struct Places(Vec<(Arc<TraceLog>, usize)>);

impl Places {
    pub(crate) fn take(function: &'static str) -> Self {
        let mut places = Vec::new();
        if frame::flags().has(TRACE) {
            frame::find_but_loads(|frame| match frame {
                Frame::Trace(recording) => {
                    places.push((Arc::clone(recording), recording.begin(function)));
                    None
                }
                Frame::Rerun(_) => Some(()),
                _ => None,
            });
        }
        Self(places)
    }

    pub(crate) fn tell(&self, outcome: Outcome) {
        for (recording, place) in &self.0 {
            recording.tell(*place, outcome);
        }
    }
}
