//! Who is told of events: closures that borrow what stands around them, for as long as they stand.

use std::any::Any;

use scoped_tls_hkt::scoped_thread_local;

use crate::context::frame::{self, Around, Frame};

/// One observer, and those around it.
struct Link<'a> {
    tell: &'a dyn Fn(&dyn Any),
    around: Around,
    outer: Option<&'a Link<'a>>,
}

scoped_thread_local!(static INNERMOST: for<'a> Option<&'a Link<'a>>);

fn with_innermost<R>(f: impl FnOnce(Option<&Link<'_>>) -> R) -> R {
    if INNERMOST.is_set() { INNERMOST.with(f) } else { f(None) }
}

/// Runs `f` with one more observer around it.
pub(crate) fn within<R>(tell: &dyn Fn(&dyn Any), f: impl FnOnce() -> R) -> R {
    with_innermost(|outer| INNERMOST.set(Some(&Link { tell, around: frame::around(), outer }), f))
}

/// Tells all observers around this call, the innermost first. What one raises itself goes to those around it.
pub(crate) fn tell(event: &dyn Any) {
    with_innermost(|innermost| {
        for link in std::iter::successors(innermost, |link| link.outer) {
            frame::within(Frame::Told(link.around.clone()), || INNERMOST.set(link.outer, || (link.tell)(event)));
        }
    });
}
