//! The end of a call whose body ran: which part of the result is kept, and who else gets it.

use std::ops::ControlFlow::{self, Break, Continue};

use crate::call::answer::Answer;
use crate::call::finding::replay;
use crate::call::load::Load;
use crate::function::codec::Face;
use crate::value::dependencies::Inconsistent;
use crate::value::return_kind::{Returned, Shape};

impl<V, S> Answer<'_, V, S> {
    /// Keeps what is to be kept of what the body returned.
    #[inline(never)]
    #[cfg_attr(not(feature = "disk"), expect(unused_variables, reason = "it matters to the tier below"))]
    pub(super) fn finish<R>(&self, load: Load, returned: R, face: Face) -> R
    where
        S: Shape<V, R>,
    {
        let hooks = &self.handle.hooks;
        let value = match self.shape.split(returned) {
            Returned::Keep(value) => value,
            Returned::HandOn(returned) => return self.finish_failed(load, returned),
        };
        // Dropped before the value where a hook panics: the value's drop may call the function.
        let load = load;
        load.body_returned();
        if hooks.is_failure.is_some_and(|is_failure| is_failure(&value)) {
            return self.finish_failure(load, value);
        }
        let Some(home) = &self.home else { return self.shape.join(value) };
        // Reads of hooks are no reads of the body.
        let recorded = load.recorded();
        let is_kept = hooks.cache_if.is_none_or(|cache_if| cache_if(&value));
        match recorded {
            _ if !self.handle.function.is_at_home(home) => load.fail(),
            Ok(recorded) if is_kept => {
                #[cfg(feature = "disk")]
                let (is_plain, token) = (recorded.is_none(), load.write_token());
                let (kept, weight) = hooks.take_in(home, &value, recorded);
                load.keep(&kept, weight);
                // A value that depends on more than arguments, or shows something, stays in memory.
                #[cfg(feature = "disk")]
                if let Some(codec) = self.handle.codec().filter(|_| is_plain) {
                    codec.keep(
                        self.handle.function,
                        &home.options_now(),
                        (self.key, kept.times, &value),
                        (token, face),
                    );
                }
            }
            Ok(recorded) => load.hand_on(|| hooks.take_along(&value, recorded)),
            Err(Inconsistent) => load.fail(),
        }
        self.shape.join(value)
    }

    /// The body failed: another value in place of what it returned, if there is one.
    fn fall_back<R>(&self, load: Load) -> ControlFlow<R, Load>
    where
        S: Shape<V, R>,
    {
        let Some(kept) = load.fall_back() else { return Continue(load) };
        let Some((value, beside)) = self.get_both(&kept) else { return Continue(load) };
        load.serve_stale(&kept);
        replay(beside.as_deref());
        Break(self.shape.join(value))
    }

    /// The body returned an error for which an older value is better. Those who waited get it too.
    fn finish_failure<R>(&self, load: Load, value: V) -> R
    where
        S: Shape<V, R>,
    {
        let load = match self.fall_back(load) {
            Break(instead) => {
                drop(value);
                return instead;
            }
            Continue(load) => load,
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
            Break(instead) => {
                // By hand: should it panic where the function ends, what that returns would be forgotten.
                drop(returned);
                return instead;
            }
            Continue(load) => load,
        };
        match self.shape.sharing(&returned) {
            Some(share) => load.pass(share),
            None => load.fail(),
        }
        returned
    }
}
