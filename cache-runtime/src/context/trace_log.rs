//! How the calls inside a closure were answered, as they come.

use parking_lot::Mutex;

use crate::observe::outcome::{Call, Outcome};

/// The calls seen so far; a call takes its place when it begins and is told when it is decided.
#[derive(Default)]
pub(crate) struct TraceLog(Mutex<Vec<(&'static str, Option<Outcome>)>>);

impl TraceLog {
    pub(crate) fn calls(&self) -> Vec<Call> {
        let calls = self.0.lock();
        calls.iter().filter_map(|&(function, outcome)| Some(Call { function, outcome: outcome? })).collect()
    }

    /// A call begins: its place.
    pub(crate) fn begin(&self, function: &'static str) -> usize {
        let mut calls = self.0.lock();
        calls.push((function, None));
        calls.len() - 1
    }

    /// It is decided.
    pub(crate) fn tell(&self, place: usize, outcome: Outcome) {
        if let Some((_, told)) = self.0.lock().get_mut(place) {
            *told = Some(outcome);
        }
    }
}
