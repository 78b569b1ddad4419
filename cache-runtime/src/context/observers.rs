//! Who is told of events: closures that borrow what stands around them, for as long as they stand.

use std::any::Any;

use scoped_tls_hkt::scoped_thread_local;

use crate::context::frame::{self, Around, Frame};

/// One observer, and those around it.
struct ObserverNode<'a> {
    tell: &'a dyn Fn(&dyn Any),
    around: Around,
    outer: Option<&'a ObserverNode<'a>>,
}

scoped_thread_local!(static OBSERVERS: for<'a> Option<&'a ObserverNode<'a>>);

fn with_innermost<R>(f: impl FnOnce(Option<&ObserverNode<'_>>) -> R) -> R {
    if OBSERVERS.is_set() { OBSERVERS.with(f) } else { f(None) }
}

/// Runs `f` with one more observer around it.
pub(crate) fn within<R>(tell: &dyn Fn(&dyn Any), f: impl FnOnce() -> R) -> R {
    with_innermost(|outer| OBSERVERS.set(Some(&ObserverNode { tell, around: frame::around(), outer }), f))
}

/// Tells all observers around this call, the innermost first. What one raises itself goes to those around it.
pub(crate) fn tell(event: &dyn Any) {
    with_innermost(|innermost| {
        for link in std::iter::successors(innermost, |link| link.outer) {
            frame::within(Frame::Listeners(link.around.clone()), || OBSERVERS.set(link.outer, || (link.tell)(event)));
        }
    });
}
