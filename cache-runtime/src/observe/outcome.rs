//! How a cached call was answered.

/// One cached call, as [`trace`](crate::trace()) saw it.
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
    /// The kept value is past its `ttl`, `time_to_idle` or `refresh_after`.
    Expired,
    /// The kept value was set aside before its time: `validate` said no, `check_mutation` found it changed, or the call
    /// stands inside [`refresh`](crate::refresh).
    Invalid,
    /// The kept value could not be read back from a persistent store.
    Unreadable,
}

/// The outcome of a refresh: of putting a new value in the place of one that was still good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refresh {
    Done,
    Failed,
    /// Somebody else was at it, or it is too early to try again.
    Skipped,
}
