//! Caches of their own: for tests that are not to see each other.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use crate::context::frame::{self, Frame};
use crate::context::isolated_parts::IsolatedParts;
use crate::thread::flags::ISOLATED;

/// Inside `f`, on this thread, it is as if the process had just begun: all cached functions have empty caches and
/// statistics of their own, and inputs their initial values. Nothing outside is seen or touched.
///
/// That goes for every scope, for what handles and families say and do (`len`, `stats`, `entry`, `clear`,
/// `functions`), and for what is set at run time. Functions with `persist` use nothing but memory. A
/// [`Session`](crate::Session) that surrounds it surrounds what is inside, too, with nothing kept and no input set.
///
/// When `f` has returned or panicked, what was kept in it leaves, and `on_release` is told. Isolations may stand in each
/// other, and in different threads at the same time: none knows of the others. What other threads do is inside only if it
/// was [carried](crate::Surroundings) there; what is still under way there when this ends just runs.
///
/// ```
/// use cache_runtime::{cache_data, isolated};
///
/// #[cache_data]
/// fn square(x: u32) -> u32 {
///     x * x
/// }
///
/// square(3);
/// isolated(|| {
///     assert!(SQUARE.is_empty());
///     square(3);
///     square(3);
///     assert_eq!((SQUARE.stats().hits, SQUARE.stats().misses), (1, 1));
/// });
/// assert_eq!((SQUARE.stats().hits, SQUARE.stats().misses), (0, 1));
/// ```
pub fn isolated<R>(f: impl FnOnce() -> R) -> R {
    let isolation = Isolation::new();
    frame::within(isolation.frame(), f)
}

/// [`isolated`] for a future, wherever it is polled. It ends with the future, or when that is dropped.
///
/// ```
/// use cache_runtime::{cache_data, isolated_async};
///
/// #[cache_data]
/// async fn answer() -> u32 {
///     42
/// }
///
/// # futures::executor::block_on(async {
/// isolated_async(async {
///     answer().await;
///     assert_eq!(ANSWER.len(), 1);
/// })
/// .await;
/// assert_eq!(ANSWER.len(), 0);
/// # });
/// ```
pub async fn isolated_async<F: Future>(future: F) -> F::Output {
    let isolation = Isolation::new();
    frame::within_async(isolation.frame(), pin!(Some(future))).await
}

/// Who holds it decides how long it lasts.
struct Isolation(Arc<IsolatedParts>);

impl Isolation {
    fn new() -> Self {
        Self(Arc::new(IsolatedParts::new()))
    }

    fn frame(&self) -> Frame {
        Frame::Isolation(Arc::clone(&self.0))
    }
}

impl Drop for Isolation {
    /// Values that leave run the user's code: it is as much inside as the rest.
    fn drop(&mut self) {
        frame::within(self.frame(), || self.0.end());
    }
}

/// Is this call made inside an isolation?
#[inline]
pub(crate) fn is_around() -> bool {
    frame::flags().has(ISOLATED)
}

/// The isolation around this call.
#[inline]
pub(crate) fn current() -> Option<Arc<IsolatedParts>> {
    if is_around() { find() } else { None }
}

#[cold]
fn find() -> Option<Arc<IsolatedParts>> {
    frame::find_but_loads(|frame| match frame {
        Frame::Isolation(parts) => Some(Arc::clone(parts)),
        _ => None,
    })
}
