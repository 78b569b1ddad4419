//! How a call was answered: counted, and told to all who want to know, in one place.

use std::time::Duration;

use crate::context::clock;
use crate::context::trace::Places;
use crate::observe::counters::Counters;
use crate::observe::outcome::Outcome;
use crate::observe::telemetry;
use crate::sys::panics::contain;
use crate::value::stored_entry::StoredEntry;

/// The function that was called, and who wants to know of this call.
pub(super) struct Report<'a> {
    pub(super) function: &'static str,
    /// Only what was used has counters.
    pub(super) counters: Option<&'a Counters>,
    pub(super) places: &'a Places,
}

impl Report<'_> {
    /// The call was answered with an entry, with what a body made in such a time, or with neither.
    pub(super) fn tell(&self, outcome: Outcome, entry: Option<&StoredEntry>, load_time: Option<Duration>) {
        if let Some(counters) = self.counters {
            counters.answered(outcome);
            if let Some(load_time) = load_time {
                counters.loaded(load_time);
            }
        }
        self.places.tell(outcome);
        // A body made what is handed out, or nothing of it.
        let is_miss = matches!(outcome, Outcome::Miss(_));
        let load_time = load_time.filter(|_| is_miss);
        let entry = entry.filter(|_| telemetry::TELLS_AGES && !is_miss);
        let age = entry.map(|entry| clock::now().since(entry.times.stored_at));
        // A panic of who is told would be taken for one of the body, and the call be told again.
        contain(|| telemetry::answered(self.function, outcome, age, load_time));
    }
}
