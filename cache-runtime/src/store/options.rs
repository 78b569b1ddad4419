//! Options: those of a function that are about its store.

use std::time::Duration;

use crate::observe::spinner::Spinner;

/// The values of an attribute's options, evaluated when the function is first used.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Options {
    /// Lifetime from when an entry was stored.
    pub ttl: Option<Duration>,
    /// Lifetime from the last use.
    pub time_to_idle: Option<Duration>,
    /// Past this one caller recomputes, the others get the old value.
    pub refresh_after: Option<Duration>,
    /// How long past its end a value is better than an error.
    pub stale_if_error: Option<Duration>,
    /// How long a body is not run again after it failed, while an older value is handed out: a second, if nothing is
    /// said. It doubles up to 64 times that.
    pub retry_after: Option<Duration>,
    /// Lifetime of a kept error.
    pub error_ttl: Option<Duration>,
    /// By how much of itself a lifetime is shortened at most.
    pub jitter: Option<f64>,
    /// Bound on the number of entries.
    pub max_entries: Option<u64>,
    /// Bound on the sum of the weights.
    pub max_bytes: Option<u64>,
    /// Values are weighed, even if no bound of the function's own asks for that.
    pub weighed: bool,
    /// The eviction policy.
    pub eviction: Eviction,
    /// One caller per key runs the body.
    pub single_flight: bool,
    /// Values stay in memory, and do not only pass through.
    pub memory: bool,
    /// The tags of the function.
    pub tags: &'static [&'static str],
    /// Entries have tags of their own besides.
    pub entry_tags: bool,
    /// The spinner while the body runs.
    pub spinner: Option<Spinner>,
}

/// The order in which entries go when a bound is reached: the option `eviction`.
///
/// ```
/// use cache_runtime::{CACHE_DATA, Eviction, cache_data};
///
/// #[cache_data(max_entries = 10)]
/// fn one() -> u32 {
///     1
/// }
///
/// one();
/// assert_eq!(CACHE_DATA.functions()[0].options.eviction, Eviction::ClockPro);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Eviction {
    /// What was not used since it came; which part of the entries that leaves to newcomers is learnt from what is asked
    /// for again after it had gone. The default.
    ClockPro,
    /// The least recently used.
    Lru,
    /// The entry that was used least often goes first, be it a newcomer.
    TinyLfu,
}

impl Options {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        ttl: None,
        time_to_idle: None,
        refresh_after: None,
        stale_if_error: None,
        retry_after: None,
        error_ttl: None,
        jitter: None,
        max_entries: None,
        max_bytes: None,
        weighed: false,
        eviction: Eviction::ClockPro,
        single_flight: true,
        memory: true,
        tags: &[],
        entry_tags: false,
        spinner: None,
    };

    pub(crate) fn has_bounds(&self) -> bool {
        self.max_entries.is_some() || self.is_weighed()
    }

    /// Do values count in the bound that the functions of a family share?
    pub(crate) fn is_weighed(&self) -> bool {
        self.weighed || self.max_bytes.is_some()
    }

    /// Refuses expressions for what literals are refused for when the attribute is read.
    ///
    /// # Panics
    /// Panics if a lifetime or bound is zero, if `jitter` is no fraction, or if `refresh_after` is not shorter than
    /// `ttl`.
    pub(crate) fn checked(self, function: &str) -> Self {
        let lifetimes = [
            ("ttl", self.ttl),
            ("time_to_idle", self.time_to_idle),
            ("refresh_after", self.refresh_after),
            ("stale_if_error", self.stale_if_error),
            ("retry_after", self.retry_after),
            ("cache_err", self.error_ttl),
        ];
        for (option, lifetime) in lifetimes {
            assert!(lifetime != Some(Duration::ZERO), "`{option}` of `{function}` is not more than zero");
        }
        for (option, bound) in [("max_entries", self.max_entries), ("max_bytes", self.max_bytes)] {
            assert!(bound != Some(0), "`{option}` of `{function}` is not more than zero");
        }
        if let Some(jitter) = self.jitter {
            let is_fraction = jitter > 0.0 && jitter < 1.0;
            assert!(is_fraction, "`jitter` of `{function}` is {jitter}: it is a fraction, more than 0 and less than 1");
        }
        if let (Some(refresh_after), Some(ttl)) = (self.refresh_after, self.ttl) {
            assert!(
                refresh_after < ttl,
                "`refresh_after` of `{function}` ({refresh_after:?}) is not shorter than its `ttl` ({ttl:?})",
            );
        }
        self
    }
}

/// An expression for a lifetime: a `Duration`, or a number of seconds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no lifetime",
    label = "an expression for a lifetime is a `Duration` or a number of seconds; a text such as \"1h30m\" has to be a literal"
)]
pub trait Lifetime {
    /// The lifetime as a `Duration`.
    fn duration(self) -> Duration;
}

impl Lifetime for Duration {
    fn duration(self) -> Duration {
        self
    }
}

macro_rules! lifetime_in_seconds {
    ($($number:ty: $from:expr;)*) => {$(
        impl Lifetime for $number {
            fn duration(self) -> Duration {
                $from(self)
            }
        }
    )*};
}

/// A negative number, or none at all, is no lifetime: it becomes zero, which is refused by name. A lifetime that is too
/// long for a `Duration` has no end.
fn in_seconds(seconds: f64) -> Duration {
    let too_long = if seconds > 0.0 { Duration::MAX } else { Duration::ZERO };
    Duration::try_from_secs_f64(seconds).unwrap_or(too_long)
}

lifetime_in_seconds! {
    u8: |seconds| Duration::from_secs(u64::from(seconds));
    u16: |seconds| Duration::from_secs(u64::from(seconds));
    u32: |seconds| Duration::from_secs(u64::from(seconds));
    u64: Duration::from_secs;
    i32: |seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    i64: |seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    f32: |seconds| in_seconds(f64::from(seconds));
    f64: in_seconds;
}

/// The lifetime that an option's expression stands for.
#[must_use]
pub fn lifetime(expression: impl Lifetime) -> Option<Duration> {
    Some(expression.duration())
}

/// The fraction that an option's expression stands for.
#[must_use]
pub fn fraction(expression: impl Into<f64>) -> Option<f64> {
    Some(expression.into())
}

/// An expression for a bound: a whole number.
#[diagnostic::on_unimplemented(message = "`{Self}` is no bound", label = "a bound is a whole number")]
pub trait Bound {
    /// The bound as a `u64`; what does not fit is no bound to speak of.
    fn bound(self) -> u64;
}

macro_rules! bound_from {
    ($($number:ty)*) => {$(
        impl Bound for $number {
            fn bound(self) -> u64 {
                u64::try_from(self.max(0)).unwrap_or(u64::MAX)
            }
        }
    )*};
}

bound_from! { u8 u16 u32 u64 usize i32 i64 }

/// The bound that an option's expression stands for.
#[must_use]
pub fn bound(expression: impl Bound) -> Option<u64> {
    Some(expression.bound())
}
