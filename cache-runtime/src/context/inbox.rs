//! Events on their way to an observer that borrows what stands on its own thread.

use parking_lot::Mutex;

use crate::value::dependencies::Event;

/// Events that others have raised; `None` when nobody observes any more.
pub(crate) struct Inbox(Mutex<Option<Vec<Event>>>);

impl Inbox {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }

    pub(crate) fn put(&self, event: &Event) {
        if let Some(events) = &mut *self.0.lock() {
            events.push(event.clone());
        }
    }

    /// Those that have come since the last time.
    pub(crate) fn take(&self) -> Vec<Event> {
        self.0.lock().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The last ones: no more will come.
    pub(crate) fn close(&self) -> Vec<Event> {
        self.0.lock().take().unwrap_or_default()
    }
}
