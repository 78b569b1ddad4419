//! What holds of every answer: it is alive, it belongs to who asked, and nothing in it was cleared before.

use std::sync::Arc;

use crate::counts::Counts;
use crate::findings;
use crate::room::{self, Place};
use crate::values::Made;
use crate::world::{Floors, Function, Group, Scope, Stamp};

pub(crate) static CHECKS: Counts<5> = Counts::new(["answers", "parts", "inputs", "groups", "events"]);
const ANSWERS: usize = 0;
const PARTS: usize = 1;
const INPUTS: usize = 2;
const GROUPS: usize = 3;
const EVENTS: usize = 4;

/// What was known when a call began.
pub(crate) struct Before {
    function: Function,
    key: u8,
    floors: Floors,
    place: Option<Arc<Place>>,
    dial: u64,
}

impl Before {
    pub(crate) fn call(function: Function, key: u8) -> Self {
        let place = room::here();
        let dial = room::with_dial(place.as_deref(), room::Dial::done);
        Self { function, key, floors: Floors::now(function), place, dial }
    }

    /// Looks at what the call returned.
    pub(crate) fn judge(&self, value: &impl Made) {
        let stamps = value.stamps();
        CHECKS.one(ANSWERS);
        let Some(own) = stamps.first() else { return };
        if own.function != self.function || own.key != self.key {
            findings::wrong(format_args!("{}({}) gave {own:?}", self.function.name(), self.key));
        }
        if own.version.number() < self.floors.own(own.key) {
            let floor = self.floors.own(own.key);
            findings::stale(format_args!("{own:?}, though its function was cleared since version {floor}"));
        }
        for stamp in &stamps {
            CHECKS.one(PARTS);
            self.judge_place(stamp);
            self.judge_input(stamp);
        }
        // A group was cleared at one time: what it was made of by functions of other groups may be older.
        for group in Group::ALL.into_iter().filter(|group| stamps.iter().all(|stamp| stamp.function.is_in(*group))) {
            CHECKS.one(GROUPS);
            for stamp in &stamps {
                let floor = self.floors.together(group, stamp.key);
                if stamp.version.number() < floor {
                    findings::stale(format_args!(
                        "{}({}) was made of {stamp:?}, though {group:?} were cleared since version {floor}",
                        self.function.name(),
                        self.key,
                    ));
                }
            }
        }
    }

    fn judge_place(&self, stamp: &Stamp) {
        let here = match stamp.function.scope() {
            Scope::Global => return,
            Scope::Session => self.place.as_ref().map_or(0, |place| place.id) == stamp.room,
            Scope::Thread => room::thread() == stamp.thread,
        };
        if !here {
            findings::wrong(format_args!("{}({}) gave what is another's: {stamp:?}", self.function.name(), self.key));
        }
    }

    fn judge_input(&self, stamp: &Stamp) {
        let Some(zoom) = stamp.zoom else { return };
        CHECKS.one(INPUTS);
        // Before it is set in a session, and when that is over, what runs there reads what all read.
        let is_not_set = self.place.is_some() && self.dial == 0;
        let had = is_not_set || room::with_dial(self.place.as_deref(), |dial| dial.had(zoom, self.dial));
        let is_over = self.place.as_ref().is_some_and(|place| place.is_over());
        if !had && !is_over {
            findings::wrong(format_args!("{}({}) has read {stamp:?}", self.function.name(), self.key));
        }
    }
}

/// Looks at the events that a call showed, live or again.
pub(crate) fn judge_events(seen: &[(Function, u8)], expected: &[(Function, u8)]) {
    CHECKS.one(EVENTS);
    if seen != expected {
        findings::wrong(format_args!("events {seen:?} were shown, not {expected:?}"));
    }
}
