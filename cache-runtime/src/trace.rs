//! Tells how cached calls were answered.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::context::{self, Frame, TRACE};

/// One cached call, as [`trace`] saw it.
///
/// ```
/// use cache_runtime::{Call, Outcome, cache_data, trace};
///
/// #[cache_data]
/// fn one() -> u32 {
///     1
/// }
///
/// one();
/// let (_, calls) = trace(one);
/// assert_eq!(calls, [Call { function: ONE.name(), outcome: Outcome::Hit }]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Module path and name of the function.
    pub function: &'static str,
    /// How the call was answered.
    pub outcome: Outcome,
}

/// How a cached call was answered.
///
/// ```
/// use cache_runtime::{Outcome, bypass, cache_data, trace};
///
/// #[cache_data]
/// fn one() -> u32 {
///     1
/// }
///
/// let (_, calls) = trace(|| bypass(one));
/// assert_eq!(calls[0].outcome, Outcome::Bypassed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With a kept value.
    Hit,
    /// By running the body, for this reason.
    Miss(MissReason),
    /// With what another caller's run of the body made; this one waited for it.
    Waited,
    /// With a kept value past its time: while another caller refreshes it (`refresh_after`), or because the body
    /// failed (`stale_if_error`), be it now or so short a time ago that it is not tried again yet (`retry_after`).
    Stale,
    /// By running the body, with the cache left out: inside [`bypass`](crate::bypass), where `enabled` is `false`, or
    /// outside of any session with `scope = "session"`.
    Bypassed,
}

/// Why a body had to run.
///
/// ```
/// use cache_runtime::{MissReason, Outcome, cache_data, refresh, trace};
///
/// #[cache_data]
/// fn one() -> u32 {
///     1
/// }
///
/// let (_, calls) = trace(|| (one(), refresh(one)));
/// assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Absent));
/// assert_eq!(calls[1].outcome, Outcome::Miss(MissReason::Invalid));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MissReason {
    /// Nothing was kept for these arguments.
    Absent,
    /// What was kept is past its `ttl`, `time_to_idle` or `refresh_after`.
    Expired,
    /// What was kept was set aside before its time: `validate` said no, `check_mutation` found it changed, or the call
    /// stands inside [`refresh`](crate::refresh).
    Invalid,
    /// What was kept could not be read back from a persistent store.
    Unreadable,
}

/// Runs `f` and tells how each cached call in it was answered, in the order the calls began.
///
/// Calls made by the bodies of cached functions are told too. A call that ended in a panic before it was decided is
/// left out. Other threads that `f` starts are not followed; [`trace_async`] follows a future wherever it is polled.
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
    let recording = Arc::<Recording>::default();
    let result = context::within(Frame::Trace(Arc::clone(&recording)), f);
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
    let recording = Arc::<Recording>::default();
    let result = context::within_async(Frame::Trace(Arc::clone(&recording)), pin!(Some(future))).await;
    (result, recording.calls())
}

/// The calls seen so far; a call takes its place when it begins and is told when it is decided.
#[derive(Default)]
pub(crate) struct Recording(Mutex<Vec<(&'static str, Option<Outcome>)>>);

impl Recording {
    fn calls(&self) -> Vec<Call> {
        let calls = self.0.lock();
        calls.iter().filter_map(|&(function, outcome)| Some(Call { function, outcome: outcome? })).collect()
    }
}

/// A call's places in the recordings around it.
pub(crate) struct Places(Vec<(Arc<Recording>, usize)>);

impl Places {
    pub(crate) fn take(function: &'static str) -> Self {
        let mut places = Vec::new();
        if context::flags().has(TRACE) {
            context::find_but_loads(|frame| {
                if let Frame::Trace(recording) = frame {
                    let mut calls = recording.0.lock();
                    places.push((Arc::clone(recording), calls.len()));
                    calls.push((function, None));
                }
                None::<()>
            });
        }
        Self(places)
    }

    pub(crate) fn tell(&self, outcome: Outcome) {
        for (recording, place) in &self.0 {
            if let Some((_, told)) = recording.0.lock().get_mut(*place) {
                *told = Some(outcome);
            }
        }
    }
}
