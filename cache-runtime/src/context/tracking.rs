//! The logs of the bodies around a call: the sources they read and the events they raise.

use std::sync::Arc;

use crate::context::frame::{self, Frame};
use crate::context::observers;
use crate::value::dependencies::{Dependencies, DependencyLog, Event, Read};

/// The result is served: what runs around this call depends on what its body read, and shows what it showed.
pub(crate) fn replay(recorded: &Dependencies) {
    recorded.reads.iter().for_each(read);
    let events = recorded.events();
    if !events.is_empty() {
        for_each(|record| record.raised(events));
        for event in events {
            observers::tell_all(event);
        }
    }
}

/// Shows each record that is made of the bodies around this call.
fn for_each(mut see: impl FnMut(&mut DependencyLog)) {
    frame::find_whole(|frame| match frame {
        Frame::Load(run) => {
            run.record(&mut see);
            None
        }
        Frame::Rerun(_) => Some(()),
        _ => None,
    });
}

/// Does a body run around this call?
pub(crate) fn is_made() -> bool {
    frame::find_whole(|frame| match frame {
        Frame::Load(run) if run.is_on() => Some(()),
        _ => None,
    })
    .is_some()
}

/// The function whose body runs innermost around this call.
pub(crate) fn innermost_function() -> Option<&'static str> {
    frame::find(|frame| match frame {
        Frame::Load(run) if run.is_on() => Some(run.function),
        _ => None,
    })
}

pub(crate) fn emitted(event: &Event) {
    for_each(|record| record.raised([event]));
}

/// Of a body that knows it, those around it know it too: whatever it read was written down for them as well. So deep
/// recursion costs no walk over all of its frames.
pub(crate) fn read(read: &Read) {
    let mut read = read.clone();
    frame::find_whole(|frame| match frame {
        Frame::Load(run) => run.record(|record| record.read(&read)).filter(|is_known| *is_known).map(drop),
        Frame::Session(session) => match Arc::clone(&read.source).from_outside(session) {
            Some(source) => {
                read.source = source;
                None
            }
            None => Some(()),
        },
        // What is read there is nothing to those outside.
        Frame::Isolation(_) | Frame::Rerun(_) => Some(()),
        _ => None,
    });
}
