//! The course of a call to its answer, which both faces follow.

use std::mem;
use std::ops::ControlFlow::{self, Break, Continue};
use std::pin::pin;

use crate::call::answer::Answer;
use crate::call::finding::{Beside, Found, is_current, replay};
use crate::call::load::{Begin, Load, Wait, begin, begin_first};
use crate::call::verifying::Verifying;
use crate::context::clock;
use crate::context::frame::LoadFrame;
use crate::flight::waiting::LoadEnd;
use crate::observe::outcome::{Outcome, Refresh};
use crate::store::clears;
use crate::store::loading::Miss;
use crate::sys::park::block_on;
use crate::thread::flags::{BYPASS, REFRESH};
use crate::value::return_kind::Shape;
use crate::value::stored_entry::StoredEntry;

/// The next step of a face. It holds no `R`: a future that did could not be sent where an `R` cannot.
pub(super) enum Step {
    /// Run the body, inside this run if there is one, and that is all.
    Run(Option<LoadFrame>),
    /// Run the body inside the load, and finish it.
    Lead(Load),
    /// Wait, and go on with it if that gave no answer.
    Wait(Wait),
    /// Run the body inside this, and compare.
    Verify(Verifying),
}

/// A [`Step`] for which there is nothing to wait.
pub(super) enum Todo {
    Run(Option<LoadFrame>),
    Lead(Load),
    Verify(Verifying),
}

impl<V, S> Answer<'_, V, S> {
    /// The answer, or what is to be done for it. Who has waited for it comes with what that gave.
    #[inline(never)]
    pub(super) fn next<R>(&mut self, mut turn: Option<Wait>) -> ControlFlow<R, Step>
    where
        S: Shape<V, R>,
    {
        let mut is_absent = mem::take(&mut self.is_absent);
        let Some(home) = self.home.as_ref().filter(|_| !self.flags.has(BYPASS)) else {
            return Continue(self.bypass(None));
        };
        loop {
            let keys = home.walk(self.key);
            // Was it looked up just now? Whether that still holds is seen when the load begins.
            let found = if mem::take(&mut is_absent) && keys.full == keys.base {
                Found::Miss(Miss::Absent)
            } else {
                self.look(home, keys.full)
            };
            let miss = match found {
                Found::Value(value, beside, kept) => {
                    self.tell(Outcome::Hit, Some(&kept));
                    replay(beside.as_deref());
                    if let Some(verifying) = self.verifying(home, keys, &kept) {
                        return Continue(Step::Verify(verifying));
                    }
                    return Break(self.shape.join(value));
                }
                Found::Miss(Miss::Paused(kept)) => match self.get_both(&kept) {
                    Some(value) => {
                        home.used(keys.full, &kept);
                        if home.is_live(&kept, clock::now()) {
                            home.refreshed(Refresh::Skipped);
                        }
                        return Break(self.stale(&kept, value));
                    }
                    None => Miss::Invalid(kept),
                },
                Found::Miss(miss) => miss,
            };
            match begin(home, keys, &miss, self.flags.has(REFRESH), (&mut turn, &mut self.places)) {
                Begin::Lead(load) => {
                    return match self.recall(home, load) {
                        Break((returned, kept)) => match self.verifying(home, keys, &kept) {
                            None => Break(returned),
                            Some(verifying) => Continue(Step::Verify(verifying)),
                        },
                        Continue(mut load) => {
                            load.begin_body();
                            Continue(Step::Lead(load))
                        }
                    };
                }
                Begin::Wait(wait) => return Continue(Step::Wait(wait)),
                Begin::Serve(kept) => {
                    if let Some(value) = self.get_both(&kept) {
                        home.used(keys.full, &kept);
                        home.refreshed(Refresh::Skipped);
                        return Break(self.stale(&kept, value));
                    }
                }
                Begin::Again => {}
                Begin::AfterClear => clears::wait(),
                Begin::Recursive { has_returned } => self.is_recursive(has_returned),
                Begin::RecursiveInDrop(run) => return Continue(self.bypass(Some(run))),
            }
        }
    }

    /// The load of a call to which nothing is special, for which there is nothing and nobody makes it.
    pub(super) fn lead_at_once(&self) -> Option<Load> {
        // The short way has looked in vain: so the flags are plain, and who is to be told of calls is not there.
        if !self.is_absent || self.handle.function.is_persistent {
            return None;
        }
        begin_first(self.home.as_ref()?, self.key)
    }

    fn bypass(&self, run: Option<LoadFrame>) -> Step {
        self.tell(Outcome::Bypassed, None);
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
    pub(super) fn now<R>(&mut self) -> ControlFlow<R, Todo>
    where
        S: Shape<V, R>,
    {
        let mut turn = None;
        loop {
            match self.next(turn.take())? {
                Step::Run(run) => return Continue(Todo::Run(run)),
                Step::Lead(load) => return Continue(Todo::Lead(load)),
                Step::Verify(verifying) => return Continue(Todo::Verify(verifying)),
                Step::Wait(mut wait) => {
                    if let Some(returned) = self.waited(block_on(pin!(&mut wait))) {
                        return Break(returned);
                    }
                    turn = Some(wait);
                }
            }
        }
    }

    fn stale<R>(&self, kept: &StoredEntry, (value, beside): (V, Beside)) -> R
    where
        S: Shape<V, R>,
    {
        self.tell(Outcome::Stale, Some(kept));
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
        self.tell(Outcome::Waited, None);
        Some(returned)
    }
}
