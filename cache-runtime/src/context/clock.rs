//! The time of a call: the system's, or that of a clock that a test has injected.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::context::frame::{self, Frame};
use crate::sys::moment::{Moment, nanoseconds};
use crate::thread::flags::CLOCK;

pub(crate) fn now() -> Moment {
    if frame::flags().has(CLOCK)
        && let Some(held) = frame::find_but_loads(|frame| match frame {
            Frame::Clock(held) => Some(Moment::from_bits(held.load(Ordering::Relaxed))),
            _ => None,
        })
    {
        return held;
    }
    Moment::of_the_system()
}

/// A clock that stands still until it is told to go on: lifetimes are tested with it, not waited for.
#[derive(Clone)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// A clock that begins now.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "beginning now is no default")]
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(now().bits())))
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.0.fetch_add(nanoseconds(time), Ordering::Relaxed);
    }

    /// Inside `f`, on this thread, cached functions go by this clock.
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        frame::within(Frame::Clock(Arc::clone(&self.0)), f)
    }
}
