//! Time as nanoseconds since the process first asked, so that a deadline is one number.

use std::time::Duration;

use once_cell::sync::OnceCell;

/// A point in time, or a deadline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Moment(u64);

/// Reads the processor's own counter, where it has a steady one: in half the time of `Instant::now`.
#[cfg(not(miri))]
fn elapsed() -> u64 {
    static CLOCK: OnceCell<(quanta::Clock, u64)> = OnceCell::new();
    let (clock, start) = CLOCK.get_or_init(|| {
        let clock = quanta::Clock::new();
        let start = clock.raw();
        (clock, start)
    });
    clock.delta_as_nanos(*start, clock.raw())
}

/// miri has no such counter.
#[cfg(miri)]
fn elapsed() -> u64 {
    static START: OnceCell<std::time::Instant> = OnceCell::new();
    nanoseconds(START.get_or_init(std::time::Instant::now).elapsed())
}

impl Moment {
    /// The deadline of what has none.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// The one before that.
    pub(crate) const LAST: Self = Self(u64::MAX - 1);

    /// By the system's clock.
    pub(crate) fn of_the_system() -> Self {
        Self(elapsed())
    }

    pub(crate) fn after(self, lifetime: Duration) -> Self {
        Self(self.0.saturating_add(nanoseconds(lifetime)))
    }

    #[cfg(feature = "disk")]
    pub(crate) fn before(self, age: Duration) -> Self {
        Self(self.0.saturating_sub(nanoseconds(age)))
    }

    /// How long it takes from `earlier` to here; zero if that is later.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// 584 years fit; what is longer counts as that.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
