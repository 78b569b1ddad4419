//! What becomes of the values of a function on the way to the tier below memory: which can go there, and who is told.

use std::sync::atomic::Ordering;

use crate::function::annotated::Function;
use crate::key::names;
use crate::observe::telemetry;

impl Function {
    /// Do keys of this instance, which a closure in it is named after, mean the same in every build? If not, that is
    /// told.
    pub(crate) fn can_persist(&self, instance: &str) -> bool {
        let can = names::is_lasting(instance);
        if !can && !self.is_nameless_told.swap(true, Ordering::Relaxed) {
            telemetry::warn_of_nameless(self.name(), instance);
        }
        can
    }

    /// Are values of it still to be read back before they are trusted, however long they are?
    pub(crate) fn is_new_to_the_tier(&'static self) -> bool {
        const TRIALS: u64 = 4;
        self.counters().is_none_or(|counters| counters.persisted.get() < TRIALS)
    }

    /// A value that went to the tier below.
    pub(crate) fn is_persisted(&'static self) {
        if let Some(counters) = self.counters() {
            counters.persisted.one();
        }
    }

    /// A value that cannot go to the tier below.
    pub(crate) fn is_not_persisted(&'static self, why: &str) {
        let Some(counters) = self.counters() else { return };
        counters.not_persisted.one();
        telemetry::not_persisted(self.name());
        if !counters.has_warned_of_persisting.swap(true, Ordering::Relaxed) {
            telemetry::warn_of_persisting(self.name(), why);
        }
    }
}
