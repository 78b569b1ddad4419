//! Running a body though there is a value, to compare it with what is kept.

use std::sync::Arc;

use crate::call::answer::Answer;
use crate::context::clock;
use crate::context::frame::{self, LoadFrame};
use crate::context::run::Run;
use crate::context::verification;
use crate::context::verify_log::VerifyLog;
use crate::flight::waiting::Alive;
use crate::function::stores::StoreRef;
use crate::key::Keys;
use crate::observe::mismatch::{Difference, Mismatch};
use crate::observe::telemetry;
use crate::sys::ids::next_id;
use crate::sys::mode::Mode;
use crate::sys::panics::{Contained, contain};
use crate::thread::flags::VERIFY;
use crate::value::comparison::Ways;
use crate::value::return_kind::{Returned, Shape};
use crate::value::stored_entry::StoredEntry;

/// A body that is to run to be compared.
pub(super) struct Verifying {
    kept: Arc<StoredEntry>,
    alive: Alive,
    run: LoadFrame,
    log: Arc<VerifyLog>,
}

impl Verifying {
    pub(super) fn run(&self) -> LoadFrame {
        self.run.clone()
    }
}

impl<V, S> Answer<'_, V, S> {
    /// A call was answered by this entry: is its body to run, too?
    pub(super) fn verifying(&self, home: &StoreRef, keys: Keys, kept: &Arc<StoredEntry>) -> Option<Verifying> {
        if self.flags.has(VERIFY) { self.begin_verifying(home, keys, kept) } else { None }
    }

    #[cold]
    fn begin_verifying(&self, home: &StoreRef, keys: Keys, kept: &Arc<StoredEntry>) -> Option<Verifying> {
        let log = verification::log();
        let is_meant = match &log {
            None => is_in_sample(),
            // Hits inside the body of one are hits elsewhere, too; and who fills a cache from below never goes deep.
            Some(log) => !log.is_of_one && !verification::is_deep(),
        };
        if !is_meant {
            return None;
        }
        let log = log.unwrap_or_else(|| Arc::new(VerifyLog::of_one()));
        if !self.ways().is_some_and(|ways| ways.are_some()) {
            log.is_not_comparable();
            return None;
        }
        // Those inside a body that runs to be compared, each once: else recursive functions would take for ever.
        if !log.begin(kept.id) && verification::innermost_rerun().is_some() {
            return None;
        }
        let beside = kept.record.get().ok().flatten().map(Contained::new);
        let alive = Alive { _value: kept.value.keep_alive(), beside };
        let run = || LoadFrame::new(Run::unlisted(keys, home.name, home.address()));
        let [around, own] = verification::rerun(&log);
        let run = frame::within(around, || frame::within(own, run));
        Some(Verifying { kept: Arc::clone(kept), alive, run, log })
    }

    fn ways(&self) -> Option<Ways<V>> {
        self.handle.hooks.comparison.map(Ways::of)
    }

    /// The body has run: what the caller gets is what is kept.
    #[inline(never)]
    pub(super) fn verified<R>(&self, verifying: Verifying, returned: R) -> R
    where
        S: Shape<V, R>,
    {
        let Verifying { kept, alive, run, log } = verifying;
        let record = run.take_record().unwrap_or_default();
        run.end();
        // A task has come to a thread where the value is not.
        let (Some(value), Some(ways)) = (self.get(&kept), self.ways()) else { return returned };
        let beside = alive.beside.as_deref().map(|beside| &**beside);
        let (mut difference, mut now) = (None, None);
        match self.shape.split(returned) {
            Returned::Keep(made) => {
                match ways.is_same(&value, &made) {
                    None => log.is_not_comparable(),
                    Some(false) => difference = Some(Difference::Value),
                    Some(true) if !record.has_read_as(beside) => difference = Some(Difference::Inputs),
                    Some(true) if !record.has_raised_as(beside) => difference = Some(Difference::Events),
                    Some(true) => log.compared(None),
                }
                if difference.is_some() {
                    now = ways.show(&made);
                }
                contain(|| drop(made));
            }
            Returned::HandOn(returned) => {
                difference = Some(Difference::NotKept);
                contain(|| drop(returned));
            }
        }
        if let Some(difference) = difference {
            let (function, age) = (self.handle.function.name(), clock::now().since(kept.times.stored_at));
            log.compared(Some(Mismatch { function, difference, age, kept: ways.show(&value), now }));
        }
        if log.is_of_one {
            log.take().mismatches.iter().for_each(telemetry::warn_of_mismatch);
        }
        self.shape.join(value)
    }
}

/// Where the whole process is verified, is this hit among those that are?
#[expect(clippy::cast_precision_loss, reason = "it is a random number")]
fn is_in_sample() -> bool {
    let Mode::Verify(fraction) = Mode::get() else { return true };
    let random = next_id().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    (random as f64) < fraction * f64::from(u32::MAX) || fraction >= 1.0
}
