//! The course of a call to its answer, which both faces follow.

use std::pin::pin;
use std::sync::Arc;

use crate::call::load::{Begin, Load, Miss, Wait, begin};
use crate::context::checks::{self, Recursive};
use crate::context::clock;
use crate::context::frame;
use crate::context::run::Run;
use crate::context::trace::Places;
use crate::context::tracking;
use crate::flight::waiting::LoadEnd;
use crate::function::annotated::StoreRef;
use crate::function::codec::Face;
#[cfg(feature = "disk")]
use crate::function::codec::{Codec, Recalled};
use crate::function::handle::HandleCore;
use crate::key::Key;
use crate::observe::counters::Counters;
use crate::observe::outcome::{Outcome, Refresh};
use crate::observe::telemetry;
use crate::store::clears;
use crate::store::entries::Store;
use crate::sys::panics::Contained;
use crate::sys::park::block_on;
use crate::thread::flags::{BYPASS, Flags, REFRESH};
use crate::value::dependencies::{Dependencies, Inconsistent};
use crate::value::return_kind::Shape;
use crate::value::stored_entry::{Freshness, StoredEntry};

/// The whole way to the answer of one call. Its steps are out of line, so that functions which keep the same type share
/// them.
pub(super) struct Answer<'a, V, S> {
    handle: &'a HandleCore<V>,
    shape: S,
    key: Key,
    /// None where the function has no place to keep anything.
    home: Option<StoreRef>,
    flags: Flags,
    places: Places,
}

/// The next step of a face. It holds no `R`: a future that did could not be sent where an `R` cannot.
pub(super) enum Step {
    /// Run the body, inside this run if there is one, and that is all.
    Run(Option<Arc<Run>>),
    /// Run the body inside the load, and finish it.
    Lead(Load),
    /// Wait, and go on with it if that gave no answer.
    Wait(Wait),
}

/// A [`Step`] for which there is nothing to wait.
pub(super) enum Todo {
    Run(Option<Arc<Run>>),
    Lead(Load),
}

impl<'a, V, S> Answer<'a, V, S> {
    #[inline(never)]
    pub(super) fn new(handle: &'a HandleCore<V>, shape: S, key: Key) -> Self {
        let home = handle.function.home(handle.options);
        let places = Places::take(handle.function.name());
        Self { handle, shape, key, home, flags: frame::flags(), places }
    }

    /// The answer, or what is to be done for it. Who has waited for it comes with what that gave.
    #[inline(never)]
    pub(super) fn next<R>(&self, mut turn: Option<Wait>) -> Result<R, Step>
    where
        S: Shape<V, R>,
    {
        let Some(home) = self.home.as_ref().filter(|_| !self.flags.has(BYPASS)) else {
            return Err(self.bypass(None));
        };
        let counters = &home.counters;
        loop {
            let keys = home.walk(self.key);
            let miss = match self.find(home, keys.full) {
                Ok((value, beside, kept)) => {
                    counters.hit();
                    self.answered(Outcome::Hit, Some(&kept));
                    replay(beside.as_deref());
                    return Ok(self.shape.join(value));
                }
                Err(Miss::Paused(kept)) => match self.get_both(&kept) {
                    Some(value) => {
                        home.used(keys.full, &kept);
                        if home.is_live(&kept, clock::now()) {
                            home.refreshed(Refresh::Skipped);
                        }
                        return Ok(self.stale(&kept, value));
                    }
                    None => Miss::Invalid(kept),
                },
                Err(miss) => miss,
            };
            match begin(home, keys, &miss, self.flags.has(REFRESH), &mut turn) {
                Begin::Lead(load) => {
                    return match self.recall(home, load) {
                        Ok(returned) => Ok(returned),
                        Err(mut load) => {
                            load.begin_body();
                            self.places.tell(load.outcome());
                            Err(Step::Lead(load))
                        }
                    };
                }
                Begin::Wait(wait) => return Err(Step::Wait(wait)),
                Begin::Serve(kept) => {
                    if let Some(value) = self.get_both(&kept) {
                        home.used(keys.full, &kept);
                        home.refreshed(Refresh::Skipped);
                        return Ok(self.stale(&kept, value));
                    }
                }
                Begin::Again => {}
                Begin::AfterClear => clears::wait(),
                Begin::Recursive { has_returned } => self.is_recursive(has_returned),
                Begin::RecursiveInDrop(run) => return Err(self.bypass(Some(run))),
            }
        }
    }

    fn bypass(&self, run: Option<Arc<Run>>) -> Step {
        self.count(|counters| counters.bypassed.one());
        self.answered(Outcome::Bypassed, None);
        Step::Run(run)
    }

    fn is_recursive(&self, has_returned: bool) -> ! {
        let function = self.handle.function.name();
        if has_returned {
            let hooks = self.handle.hooks.of_returned();
            panic!("recursive call of `{function}` with the same arguments, from {hooks}a clone of what it returned")
        }
        panic!("recursive call of `{function}` with the same arguments")
    }

    /// The answer without a task to wait in, or whether the body is to be run inside a load.
    #[inline(never)]
    pub(super) fn now<R>(&self) -> Result<R, Todo>
    where
        S: Shape<V, R>,
    {
        let mut turn = None;
        loop {
            match self.next(turn.take()) {
                Ok(returned) => return Ok(returned),
                Err(Step::Run(run)) => return Err(Todo::Run(run)),
                Err(Step::Lead(load)) => return Err(Todo::Lead(load)),
                Err(Step::Wait(mut wait)) => {
                    if let Some(returned) = self.waited(block_on(pin!(&mut wait))) {
                        return Ok(returned);
                    }
                    turn = Some(wait);
                }
            }
        }
    }

    /// The value from the tier below, if it is there; otherwise the body is to run.
    #[cfg(not(feature = "disk"))]
    #[expect(clippy::unused_self, reason = "there is a tier below with the feature")]
    fn recall<R>(&self, _home: &StoreRef, load: Load) -> Result<R, Load> {
        Err(load)
    }

    /// The value from the tier below, if it is there; otherwise the body is to run.
    #[cfg(feature = "disk")]
    fn recall<R>(&self, home: &StoreRef, load: Load) -> Result<R, Load>
    where
        S: Shape<V, R>,
    {
        let hooks = &self.handle.hooks;
        let Some(codec) = hooks.codec else { return Err(load) };
        // What reads a value back and looks at it is the user's code.
        frame::within(frame::Frame::Load(load.run()), || self.recall_by(codec, home, load))
    }

    #[cfg(feature = "disk")]
    fn recall_by<R>(&self, codec: Codec<V>, home: &StoreRef, mut load: Load) -> Result<R, Load>
    where
        S: Shape<V, R>,
    {
        let hooks = &self.handle.hooks;
        let (recalled, epoch) = codec.recall(self.handle.function, &home.options_now(), self.key);
        load.put_down_by(epoch);
        match recalled {
            Recalled::Value(value, times)
                if !self.flags.has(REFRESH) && hooks.validate.is_none_or(|validate| validate(&value)) =>
            {
                let (kept, weight) = hooks.take_in_with(times, &value, None);
                load.is_recalled();
                load.keep_or_pass(&kept, weight);
                self.answered(Outcome::Hit, Some(&kept));
                Ok(self.shape.join(value))
            }
            Recalled::Unreadable => {
                load.was_unreadable();
                Err(load)
            }
            _ => Err(load),
        }
    }

    /// Looks the key up; `validate` is asked here, with no lock held.
    fn find(&self, store: &Store, key: Key) -> Result<(V, Beside, Arc<StoredEntry>), Miss> {
        let Some((kept, freshness)) = store.look(key) else { return Err(Miss::Absent) };
        match freshness {
            Freshness::Dead => Err(Miss::Expired { kept, usable: false }),
            Freshness::Fallback if self.is_paused(&kept) => Err(Miss::Paused(kept)),
            Freshness::Fallback => Err(Miss::Expired { kept, usable: true }),
            Freshness::Stale | Freshness::Fresh if self.flags.has(REFRESH) => Err(Miss::Unwanted(kept)),
            Freshness::Stale | Freshness::Fresh => match self.get_valid(store, key, &kept) {
                None => Err(Miss::Invalid(kept)),
                Some(found) if freshness == Freshness::Stale => {
                    drop(found);
                    Err(if self.is_paused(&kept) { Miss::Paused(kept) } else { Miss::Stale(kept) })
                }
                Some((value, beside)) => {
                    store.used(key, &kept);
                    Ok((value, beside, kept))
                }
            },
        }
    }

    fn is_paused(&self, kept: &StoredEntry) -> bool {
        !self.flags.has(REFRESH) && kept.is_paused(clock::now())
    }

    fn get(&self, kept: &StoredEntry) -> Option<V> {
        (self.handle.hooks.storage.clone_out)(kept)
    }

    /// The value and what stands beside it; `None` if they have left.
    fn get_both(&self, kept: &StoredEntry) -> Option<(V, Beside)> {
        let beside = kept.record.get().ok()?.map(Contained::new);
        Some((self.get(kept)?, beside))
    }

    fn get_valid(&self, store: &Store, key: Key, kept: &StoredEntry) -> Option<(V, Beside)> {
        let hooks = &self.handle.hooks;
        let (value, beside) = self.get_both(kept)?;
        if hooks.validate.is_none() && hooks.check_mutation.is_none() {
            return Some((value, beside));
        }
        let is_valid = || {
            if hooks.validate.is_some_and(|validate| !validate(&value)) {
                return false;
            }
            let is_unchanged = hooks.is_unchanged(beside.as_deref().map(|recorded| &**recorded), &value);
            if !is_unchanged {
                telemetry::warn_of_mutation(self.handle.function.name());
            }
            is_unchanged
        };
        match checks::check(std::ptr::from_ref(store).addr(), key, is_valid) {
            Ok(is_valid) => is_valid.then_some((value, beside)),
            // A panic would end the process.
            Err(Recursive) if std::thread::panicking() => Some((value, beside)),
            Err(Recursive) => {
                let hook = if hooks.validate.is_some() { "validate" } else { "check_mutation" };
                panic!("recursive call of `{}` with the same arguments, from `{hook}`", self.handle.function.name())
            }
        }
    }

    fn count(&self, count: impl FnOnce(&Counters)) {
        if let Some(counters) = self.handle.function.counters() {
            count(counters);
        }
    }

    /// Tells all who want to know. Of a load, it is told in part when it begins and in part when it ends.
    fn answered(&self, outcome: Outcome, kept: Option<&StoredEntry>) {
        self.places.tell(outcome);
        let age = kept.filter(|_| telemetry::TELLS_AGES).map(|kept| clock::now().since(kept.times.stored_at));
        telemetry::answered(self.handle.function.name(), outcome, age, None);
    }

    fn stale<R>(&self, kept: &StoredEntry, (value, beside): (V, Beside)) -> R
    where
        S: Shape<V, R>,
    {
        self.count(|counters| counters.stale.one());
        self.answered(Outcome::Stale, Some(kept));
        replay(beside.as_deref());
        self.shape.join(value)
    }

    /// The answer that the awaited load gives this call; `None` if it has to go on by itself.
    #[inline(never)]
    pub(super) fn waited<R>(&self, end: LoadEnd) -> Option<R>
    where
        S: Shape<V, R>,
    {
        let returned = match end {
            LoadEnd::Value(kept, alive) => {
                let beside = alive.beside.as_deref();
                let value = self.get(&kept).filter(|_| is_current(beside))?;
                replay(beside);
                self.shape.join(value)
            }
            LoadEnd::Stale(kept) => {
                let both = self.get_both(&kept).filter(|(_, beside)| is_current(beside.as_deref()))?;
                return Some(self.stale(&kept, both));
            }
            LoadEnd::Passed(shared) => self.shape.unshare(&**shared)?,
            LoadEnd::Turn | LoadEnd::Again => return None,
        };
        self.count(|counters| counters.waits.one());
        self.answered(Outcome::Waited, None);
        Some(returned)
    }

    /// Keeps what is to be kept of what the body returned.
    #[inline(never)]
    #[cfg_attr(not(feature = "disk"), expect(unused_variables, reason = "it matters to the tier below"))]
    pub(super) fn finish<R>(&self, load: Load, returned: R, face: Face) -> R
    where
        S: Shape<V, R>,
    {
        let hooks = &self.handle.hooks;
        let value = match self.shape.split(returned) {
            Ok(value) => value,
            Err(returned) => return self.finish_failed(load, returned),
        };
        // Dropped before the value where a hook panics: the value's drop may call the function.
        let load = load;
        load.has_returned();
        if hooks.is_failure.is_some_and(|is_failure| is_failure(&value)) {
            return self.finish_failure(load, value);
        }
        let Some(home) = &self.home else { return self.shape.join(value) };
        // What hooks read is no part of what the body read.
        let recorded = load.recorded();
        let is_kept = hooks.cache_if.is_none_or(|cache_if| cache_if(&value));
        match recorded {
            _ if !self.handle.function.is_at_home(home) => load.fail(),
            Ok(recorded) if is_kept => {
                #[cfg(feature = "disk")]
                let (is_plain, epoch) = (recorded.is_none(), load.epoch());
                let (kept, weight) = hooks.take_in(home, &value, recorded);
                load.keep_or_pass(&kept, weight);
                // What depends on more than arguments, or shows something, stays in memory.
                #[cfg(feature = "disk")]
                if let Some(codec) = hooks.codec.filter(|_| is_plain) {
                    codec.keep(
                        self.handle.function,
                        &home.options_now(),
                        (self.key, kept.times, &value),
                        (epoch, face),
                    );
                }
            }
            Ok(recorded) => load.hand_on(|| hooks.take_along(&value, recorded)),
            Err(Inconsistent) => load.fail(),
        }
        self.shape.join(value)
    }

    /// The body failed: another value in place of what it returned, if there is one.
    fn fall_back<R>(&self, load: Load) -> Result<R, Load>
    where
        S: Shape<V, R>,
    {
        let Some(kept) = load.fall_back() else { return Err(load) };
        let Some(value) = self.get_both(&kept) else { return Err(load) };
        load.serve_stale(&kept);
        Ok(self.stale(&kept, value))
    }

    /// The body returned an error for which an older value is better. Those who waited get it too.
    fn finish_failure<R>(&self, load: Load, value: V) -> R
    where
        S: Shape<V, R>,
    {
        let load = match self.fall_back(load) {
            Ok(instead) => {
                drop(value);
                return instead;
            }
            Err(load) => load,
        };
        match load.recorded() {
            Ok(recorded) => load.hand_on(|| self.handle.hooks.take_along(&value, recorded)),
            Err(Inconsistent) => load.fail(),
        }
        self.shape.join(value)
    }

    /// Nothing of what the body returned is to be kept.
    fn finish_failed<R>(&self, load: Load, returned: R) -> R
    where
        S: Shape<V, R>,
    {
        let load = match self.fall_back(load) {
            Ok(instead) => {
                // By hand: should it panic where the function ends, what that returns would be forgotten.
                drop(returned);
                return instead;
            }
            Err(load) => load,
        };
        match self.shape.sharing(&returned) {
            Some(share) => load.pass(share),
            None => load.fail(),
        }
        returned
    }
}

/// The dependencies of a value: mostly none.
type Beside = Option<Contained<Arc<Dependencies>>>;

fn replay(beside: Option<&Arc<Dependencies>>) {
    if let Some(recorded) = beside {
        tracking::replay(recorded);
    }
}

/// Is the value for here and now, as far as it depends on more than arguments?
fn is_current(beside: Option<&Arc<Dependencies>>) -> bool {
    beside.is_none_or(|recorded| recorded.is_current())
}
