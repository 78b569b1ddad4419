//! Calls that leave the cache out, or its kept values.

use std::future::Future;
use std::pin::pin;

use crate::context::frame::{self, Frame};

/// Inside `f`, on this thread, cached functions just run: nothing is looked up, kept or waited for. That goes for those
/// that their bodies call, too.
///
/// ```
/// use cache_runtime::{bypass, cache_data};
///
/// #[cache_data]
/// fn now() -> std::time::Instant {
///     std::time::Instant::now()
/// }
///
/// let kept = now();
/// assert!(bypass(now) > kept);
/// assert_eq!(now(), kept);
/// ```
pub fn bypass<R>(f: impl FnOnce() -> R) -> R {
    frame::within(Frame::Bypass, f)
}

/// [`bypass`] for a future, wherever it is polled.
///
/// ```
/// use cache_runtime::{bypass_async, cache_data};
///
/// #[cache_data]
/// async fn answer() -> u32 {
///     42
/// }
///
/// # futures::executor::block_on(async {
/// assert_eq!(bypass_async(answer()).await, 42);
/// assert_eq!(ANSWER.len(), 0);
/// # });
/// ```
pub async fn bypass_async<F: Future>(future: F) -> F::Output {
    frame::within_async(Frame::Bypass, pin!(Some(future))).await
}

/// Inside `f`, on this thread, the outermost cached calls run their bodies and replace what is kept.
///
/// Cached functions that those bodies call answer as always, so what is kept of them goes into the new value: who wants
/// that anew as well clears it before. A call that fails replaces nothing.
///
/// ```
/// use cache_runtime::{cache_data, refresh};
///
/// #[cache_data]
/// fn now() -> std::time::Instant {
///     std::time::Instant::now()
/// }
///
/// let old = now();
/// let new = refresh(now);
/// assert!(new > old);
/// assert_eq!(now(), new);
/// ```
pub fn refresh<R>(f: impl FnOnce() -> R) -> R {
    frame::within(Frame::Refresh, f)
}

/// [`refresh`] for a future, wherever it is polled.
///
/// ```
/// use cache_runtime::{cache_data, refresh_async};
///
/// #[cache_data]
/// async fn now() -> std::time::Instant {
///     std::time::Instant::now()
/// }
///
/// # futures::executor::block_on(async {
/// let old = now().await;
/// assert!(refresh_async(now()).await > old);
/// # });
/// ```
pub async fn refresh_async<F: Future>(future: F) -> F::Output {
    frame::within_async(Frame::Refresh, pin!(Some(future))).await
}
