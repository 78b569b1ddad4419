//! Who is told of events: closures that borrow what stands around them, for as long as they stand.
//!
//! On other threads, to which their surroundings were carried, they cannot be called: there events are put into their
//! inboxes.

use std::any::Any;
use std::sync::Arc;

use scoped_tls_hkt::scoped_thread_local;

use crate::context::frame::{self, Around, Frame};
use crate::context::inbox::Inbox;
use crate::context::verification::innermost_rerun;
use crate::value::dependencies::Event;

/// One observer, and those around it.
struct ObserverNode<'a> {
    tell: &'a dyn Fn(&dyn Any),
    around: Around,
    inbox: &'a Arc<Inbox>,
    /// Where a body runs to be compared, only those are told that stand in it.
    rerun: Option<u64>,
    outer: Option<&'a ObserverNode<'a>>,
}

scoped_thread_local!(static OBSERVERS: for<'a> Option<&'a ObserverNode<'a>>);

fn with_innermost<R>(f: impl FnOnce(Option<&ObserverNode<'_>>) -> R) -> R {
    if OBSERVERS.is_set() { OBSERVERS.with(f) } else { f(None) }
}

impl ObserverNode<'_> {
    /// What it raises itself goes to those around it.
    fn tell(&self, event: &dyn Any) {
        frame::within(Frame::Listeners(self.around.clone()), || OBSERVERS.set(self.outer, || (self.tell)(event)));
    }
}

/// Runs `f` with one more observer around it, which has this inbox. What has come there is told at the end.
pub(crate) fn within<R>(tell: &dyn Fn(&dyn Any), inbox: &Arc<Inbox>, f: impl FnOnce() -> R) -> R {
    with_innermost(|outer| {
        let observer = ObserverNode { tell, around: frame::around(), inbox, rerun: innermost_rerun(), outer };
        let returned = OBSERVERS.set(Some(&observer), f);
        inbox.take().iter().for_each(|event| observer.tell(&**event));
        returned
    })
}

/// Runs `f` with no observer of this thread around it.
pub(crate) fn hidden<R>(f: impl FnOnce() -> R) -> R {
    OBSERVERS.set(None, f)
}

/// Tells all observers around this call, the innermost first.
pub(crate) fn tell(event: &dyn Any) {
    with_innermost(|innermost| {
        if innermost.is_some() {
            let rerun = innermost_rerun();
            let told = std::iter::successors(innermost, |link| link.outer).take_while(|link| link.rerun == rerun);
            told.for_each(|observer| observer.tell(event));
        }
    });
}

/// The same for an event that is kept, which those on other threads are told of, too.
pub(crate) fn tell_all(event: &Event) {
    tell(&**event);
    for_each_inbox_elsewhere(|inbox| inbox.put(event));
}

/// Is there anybody on another thread?
pub(crate) fn are_elsewhere() -> bool {
    let mut are_elsewhere = false;
    for_each_inbox_elsewhere(|_| are_elsewhere = true);
    are_elsewhere
}

/// Are there any on this thread?
pub(crate) fn are_here() -> bool {
    with_innermost(|innermost| innermost.is_some())
}

/// The inboxes of all around this call, to be carried elsewhere.
pub(crate) fn inboxes() -> Vec<Arc<Inbox>> {
    let mut inboxes = Vec::new();
    with_innermost(|innermost| {
        let rerun = innermost_rerun();
        let here = std::iter::successors(innermost, |link| link.outer).take_while(|link| link.rerun == rerun);
        inboxes.extend(here.map(|observer| Arc::clone(observer.inbox)));
    });
    for_each_inbox_elsewhere(|inbox| inboxes.push(Arc::clone(inbox)));
    inboxes
}

fn for_each_inbox_elsewhere(mut see: impl FnMut(&Arc<Inbox>)) {
    frame::find_but_loads(|frame| match frame {
        Frame::Carried(inboxes) => {
            inboxes.iter().for_each(&mut see);
            Some(())
        }
        Frame::Rerun(_) => Some(()),
        _ => None,
    });
}
