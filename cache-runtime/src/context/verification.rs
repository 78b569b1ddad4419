//! Calls that compare what is kept with what the body makes.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use crate::context::frame::{self, Frame};
use crate::context::verify_log::VerifyLog;
use crate::observe::mismatch::Verification;
use crate::sys::ids::next_id;

/// Inside `f`, on this thread, every hit runs the body as well and compares what it returns with what is kept. The kept
/// value is what callers get; what is not the same is told beside the result.
///
/// It finds what no key can know: a global, a file or a variable of the environment that the body reads, a parameter that
/// should not have been skipped, a `Hash` that is too coarse, a value that was changed behind the cache's back, a disk that
/// has another one.
///
/// Values are compared by the first of these that the type has: `PartialEq` (what is not the same as itself, as a NaN,
/// by its text), `Serialize`, `Hash`, `Debug`. Inputs that are read count, and events by their types. Cached functions
/// that those bodies call are verified too, each entry once, to a depth of 32 of such bodies. What a body does while it is verified is seen by nobody:
/// no observer is told and nothing of it is kept, but it runs, and if it panics, so does the call. Hits of resources are
/// not verified: another instance says nothing about the one that is kept.
///
/// `CACHE_RUNTIME=verify` does this for all calls of a process and `CACHE_RUNTIME=verify:0.01` for a hundredth of its hits
/// (not for those in bodies that only run to be compared), and warns once for each function: on stderr, or through `tracing` with that feature.
///
/// ```
/// use cache_runtime::{cache_data, verify};
///
/// #[cache_data]
/// fn home(_user: &str) -> String {
///     std::env::var("HOME").unwrap_or_default() + _user // this one should not be left out
/// }
///
/// let (_, verification) = verify(|| (home("Ada"), home("Grace")));
/// println!("{}", verification.mismatches[0]);
/// assert_eq!(verification.mismatches.len(), 1);
/// ```
pub fn verify<R>(f: impl FnOnce() -> R) -> (R, Verification) {
    let log = Arc::<VerifyLog>::default();
    let result = frame::within(Frame::Verify(Arc::clone(&log)), f);
    (result, log.take())
}

/// [`verify`] for a future, wherever it is polled.
///
/// ```
/// use cache_runtime::{cache_data, verify_async};
///
/// #[cache_data]
/// async fn answer() -> u32 {
///     42
/// }
///
/// # futures::executor::block_on(async {
/// answer().await;
/// let (_, verification) = verify_async(answer()).await;
/// assert_eq!((verification.compared, verification.mismatches.len()), (1, 0));
/// # });
/// ```
pub async fn verify_async<F: Future>(future: F) -> (F::Output, Verification) {
    let log = Arc::<VerifyLog>::default();
    let result = frame::within_async(Frame::Verify(Arc::clone(&log)), pin!(Some(future))).await;
    (result, log.take())
}

/// [`verify`] for a test: what is not the same is a panic when `f` has returned.
///
/// # Panics
/// Panics if any kept value is not what its body makes, and lists them all.
///
/// ```should_panic
/// use std::time::Instant;
///
/// use cache_runtime::{cache_data, verify_or_panic};
///
/// #[cache_data]
/// fn now() -> Instant {
///     Instant::now()
/// }
///
/// verify_or_panic(|| (now(), now()));
/// ```
#[track_caller]
pub fn verify_or_panic<R>(f: impl FnOnce() -> R) -> R {
    let (result, verification) = verify(f);
    verification.or_panic();
    result
}

/// [`verify_or_panic`] for a future, wherever it is polled.
///
/// # Panics
/// As that does.
///
/// ```
/// use cache_runtime::{cache_data, verify_or_panic_async};
///
/// #[cache_data]
/// async fn answer() -> u32 {
///     42
/// }
///
/// # futures::executor::block_on(async {
/// assert_eq!(verify_or_panic_async(async { answer().await + answer().await }).await, 84);
/// # });
/// ```
pub async fn verify_or_panic_async<F: Future>(future: F) -> F::Output {
    let (result, verification) = verify_async(future).await;
    verification.or_panic();
    result
}

impl Verification {
    #[track_caller]
    fn or_panic(&self) {
        if !self.mismatches.is_empty() {
            let all: String =
                self.mismatches.iter().flat_map(|mismatch| ["\n  ".to_owned(), mismatch.to_string()]).collect();
            panic!("what is kept is not what bodies make:{all}");
        }
    }
}

/// The log around this call.
pub(crate) fn log() -> Option<Arc<VerifyLog>> {
    frame::find_but_loads(|frame| match frame {
        Frame::Verify(log) => Some(Arc::clone(log)),
        _ => None,
    })
}

/// What a body is run in to be compared: those around it see nothing of it.
pub(crate) fn rerun(log: &Arc<VerifyLog>) -> [Frame; 2] {
    [Frame::Verify(Arc::clone(log)), Frame::Rerun(next_id())]
}

/// So many bodies that run to be compared may stand in each other: what is kept stands in for those that are deeper, or
/// they would run out of stack where a cache was filled from below.
const DEEPEST: usize = 32;

/// Do so many stand around this call that no more is to begin?
pub(crate) fn is_deep() -> bool {
    let mut depth = 0;
    frame::find_but_loads(|frame| {
        depth += usize::from(matches!(frame, Frame::Rerun(_)));
        (depth >= DEEPEST).then_some(())
    })
    .is_some()
}

/// The body that runs to be compared innermost around this call.
pub(crate) fn innermost_rerun() -> Option<u64> {
    frame::find_but_loads(|frame| match frame {
        Frame::Rerun(id) => Some(*id),
        _ => None,
    })
}
