//! The user's code, run where a panic of it has nowhere to go.

use std::any::Any;
use std::mem;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f`; a panic ends it and goes no further.
pub(crate) fn contain(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        discard(payload);
    }
}

/// Drops what a panic was raised with. That is a value of the user's too, and its drop may panic: what that is raised
/// with is leaked, or there might be no end.
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(next);
    }
}

/// A value of the user's that is held beside an answer: should its drop panic, the answer is not to be lost with it, as
/// it would be where a function panics that has written what it returns.
#[derive(Clone)]
pub(crate) struct Contained<T>(Option<T>);

impl<T> Contained<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T> Deref for Contained<T> {
    type Target = T;
    fn deref(&self) -> &T {
        match &self.0 {
            Some(value) => value,
            None => unreachable!("only its drop takes it"),
        }
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        let value = self.0.take();
        contain(|| drop(value));
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    struct Grenade(u32);

    impl Drop for Grenade {
        fn drop(&mut self) {
            if self.0 > 0 {
                std::panic::panic_any(Self(self.0 - 1));
            }
        }
    }

    #[test]
    fn a_payload_whose_drop_panics_with_another_one_ends_here_too() {
        contain(|| std::panic::panic_any(Grenade(0)));
        contain(|| std::panic::panic_any(Grenade(1)));
        contain(|| std::panic::panic_any(Grenade(5)));
    }
}
