//! Events that a body raises: told to those who observe it, and told again when its result is served.

use std::any::Any;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use crate::context::inbox::Inbox;
use crate::context::{observers, tracking};
use crate::value::dependencies::Event;

/// Raises an event: all that [`observe`] events of its type around this call are told at once, and when it is raised
/// in the body of a cached function, it is raised again whenever the result is served.
///
/// The events of a body keep their order, whatever their types are and however deep in nested cached functions they
/// were raised. What a body raised that failed (an `Err` that is not kept, a panic) is not raised again. On threads
/// that a body starts itself, events are neither told nor kept, unless its [surroundings](crate::Surroundings) were
/// carried there.
///
/// A hit of a function whose body raises events takes longer than one of another.
///
/// ```
/// use cache_runtime::{cache_data, emit, observe};
///
/// struct Warning(String);
///
/// #[cache_data]
/// fn parse(text: &str) -> usize {
///     if text.contains('\t') {
///         emit(Warning(format!("a tab in {text:?}")));
///     }
///     text.len()
/// }
///
/// let mut warnings = Vec::new();
/// observe(
///     |warning: &Warning| warnings.push(warning.0.clone()),
///     || {
///         parse("a\tb"); // runs
///         parse("a\tb"); // is served
///     },
/// );
/// assert_eq!(warnings, [r#"a tab in "a\tb""#, r#"a tab in "a\tb""#]);
/// ```
pub fn emit<E: Any + Send + Sync>(event: E) {
    if tracking::is_made() || observers::are_elsewhere() {
        let event: Event = Arc::new(event);
        tracking::emitted(&event);
        observers::tell_all(&event);
    } else {
        observers::tell(&event);
    }
}

/// Runs `f` and tells `observer` of each event of type `E` that is raised in it on this thread, by a body that runs or
/// again by one whose result is served, at once and in order.
///
/// Observers may stand in each other: each is told. What `observer` raises itself goes to those around it, and if it
/// panics, so does whoever raised the event.
///
/// ```
/// use cache_runtime::{cache_data, emit, observe};
///
/// #[cache_data]
/// fn shown(x: u32) -> u32 {
///     emit(format!("x is {x}"));
///     x
/// }
///
/// shown(3); // nobody sees it
/// let mut lines = Vec::new();
/// let three = observe(|line: &String| lines.push(line.clone()), || shown(3));
/// assert_eq!(three, 3);
/// assert_eq!(lines, ["x is 3"]);
/// ```
pub fn observe<E: Any, R>(observer: impl FnMut(&E), f: impl FnOnce() -> R) -> R {
    observe_by(observer, &Observed::new().0, f)
}

fn observe_by<E: Any, R>(observer: impl FnMut(&E), inbox: &Arc<Inbox>, f: impl FnOnce() -> R) -> R {
    let observer = RefCell::new(observer);
    let tell = |event: &dyn Any| {
        if let Some(event) = event.downcast_ref() {
            (observer.borrow_mut())(event);
        }
    };
    observers::within(&tell, inbox, f)
}

/// While it lives, events from other threads come in.
struct Observed(Arc<Inbox>);

impl Observed {
    fn new() -> Self {
        Self(Arc::new(Inbox::new()))
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// [`observe`] for a future, wherever it is polled.
///
/// ```
/// use cache_runtime::{cache_data, emit, observe_async};
///
/// #[cache_data]
/// async fn shown(x: u32) -> u32 {
///     emit(format!("x is {x}"));
///     x
/// }
///
/// # futures::executor::block_on(async {
/// let mut lines = Vec::new();
/// observe_async(|line: &String| lines.push(line.clone()), async {
///     shown(3).await;
///     shown(3).await;
/// })
/// .await;
/// assert_eq!(lines, ["x is 3", "x is 3"]);
/// # });
/// ```
pub async fn observe_async<E: Any, F: Future>(mut observer: impl FnMut(&E), future: F) -> F::Output {
    let (mut future, inbox) = (pin!(future), Observed::new());
    poll_fn(|task| observe_by(&mut observer, &inbox.0, || future.as_mut().poll(task))).await
}
