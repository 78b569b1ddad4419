//! The time of a call: the system's, or that of a clock that a test has paused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[cfg(feature = "disk")]
use once_cell::sync::OnceCell;

use crate::context::frame::{self, Frame};
use crate::context::isolation;
use crate::context::paused::PausedClocks;
use crate::sys::moment::Moment;
use crate::sys::quantity;
use crate::thread::flags::{CLOCK, CLOCK_OF_THREAD, ISOLATED};
use crate::thread::this;

thread_local! {
    static OF_THREAD: PausedClocks = PausedClocks::default();
}

pub(crate) fn now() -> Moment {
    injected().unwrap_or_else(Moment::of_the_system)
}

/// The time of a clock that stands still, if there is one.
#[inline]
fn injected() -> Option<Moment> {
    let may_be = frame::flags().has(CLOCK.with(CLOCK_OF_THREAD).with(ISOLATED));
    if may_be { paused() } else { None }
}

#[cold]
fn paused() -> Option<Moment> {
    let around = frame::find_but_loads(|frame| match frame {
        Frame::Clock(held) => Some(Moment::from_bits(held.load(Ordering::Relaxed))),
        Frame::Isolation(parts) => parts.clocks.now(),
        _ => None,
    });
    around.or_else(of_thread)
}

fn of_thread() -> Option<Moment> {
    let thread = this::this();
    if !thread.flags.get().has(CLOCK_OF_THREAD) {
        return None;
    }
    let now = OF_THREAD.try_with(PausedClocks::now).ok().flatten();
    if now.is_none() {
        thread.flags.set(thread.flags.get().without(CLOCK_OF_THREAD));
    }
    now
}

/// What a clock on the wall shows that goes as time does here, in milliseconds since 1970; that of the system is `real`.
#[cfg(feature = "disk")]
pub(crate) fn on_the_wall(real: impl Fn() -> u64) -> u64 {
    /// What it showed when the system's own time began: read once, so that times which stand still do so here.
    static BEGIN: OnceCell<u64> = OnceCell::new();
    let Some(paused) = injected() else { return real() };
    let milliseconds = |moment: Moment| moment.bits() / 1_000_000;
    let begin = BEGIN.get_or_init(|| real().saturating_sub(milliseconds(Moment::of_the_system())));
    begin.saturating_add(milliseconds(paused))
}

/// A clock that stands still until it is told to go on: lifetimes are tested with it, not waited for.
///
/// Every lifetime goes by it: `ttl`, `ttl_of`, `time_to_idle`, `refresh_after`, `stale_if_error`, `retry_after`,
/// `cache_err = "…"`, what an entry says of its age, and times on disk.
///
/// ```
/// use cache_runtime::testing::Clock;
/// use cache_runtime::{cache_data, isolated};
///
/// #[cache_data(ttl = "10m")]
/// fn price(item: &str) -> usize {
///     item.len()
/// }
///
/// isolated(|| {
///     let clock = Clock::pause();
///     price("tea");
///     clock.advance("9m 59s");
///     assert!(PRICE.entry("tea").contains());
///     clock.advance("1s");
///     assert!(!PRICE.entry("tea").contains());
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// A clock that stands at this moment, for those who [`enter`](Self::enter) it.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "beginning now is no default")]
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(now().bits())))
    }

    /// Time stands still from now on, until the clock and its clones have been dropped: in the
    /// [isolation](crate::isolated) around this call, on whatever threads that is; outside of any, on this thread.
    ///
    /// Of several the last one counts that is still there.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    /// use cache_runtime::testing::Clock;
    ///
    /// #[cache_data(ttl = "1h")]
    /// fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// let clock = Clock::pause();
    /// answer();
    /// clock.advance("45m");
    /// assert_eq!(ANSWER.entry().age().unwrap().as_secs(), 45 * 60);
    /// ```
    #[must_use = "time goes on when the clock is dropped"]
    pub fn pause() -> Self {
        let clock = Self::new();
        if let Some(isolation) = isolation::current() {
            isolation.clocks.add(&clock.0);
        } else if OF_THREAD.try_with(|clocks| clocks.add(&clock.0)).is_ok() {
            let thread = this::this();
            thread.flags.set(thread.flags.get().with(CLOCK_OF_THREAD));
        }
        clock
    }

    /// Lets time pass: a `Duration`, or a text such as `"5m"`, as for `ttl`.
    ///
    /// # Panics
    /// Panics if the text is no time, and says why.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cache_runtime::testing::Clock;
    ///
    /// let clock = Clock::pause();
    /// clock.advance("1h30m");
    /// clock.advance(Duration::from_millis(5));
    /// ```
    #[track_caller]
    pub fn advance(&self, time: impl TimeSpan) {
        let time = time.time_span().unwrap_or_else(|what| panic!("`advance`: {what}"));
        // Not to the end of time, at which nothing is that has no end.
        let later = |now| Some(Moment::from_bits(now).after(time).min(Moment::LAST).bits());
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later).ok();
    }

    /// Inside `f`, on this thread, cached functions go by this clock.
    ///
    /// ```
    /// use cache_runtime::cache_data;
    /// use cache_runtime::testing::Clock;
    ///
    /// #[cache_data(ttl = "1h")]
    /// fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// answer();
    /// let clock = Clock::new();
    /// clock.advance("2h");
    /// assert!(clock.enter(|| !ANSWER.entry().contains()));
    /// assert!(ANSWER.entry().contains());
    /// ```
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        frame::within(Frame::Clock(Arc::clone(&self.0)), f)
    }
}

/// A time that [`Clock::advance`] lets pass: a `Duration`, or a text such as `"5m"`.
///
/// ```
/// use std::time::Duration;
///
/// use cache_runtime::testing::TimeSpan;
///
/// assert_eq!("1.5 days".time_span(), Ok(Duration::from_secs(36 * 3_600)));
/// assert!("5".time_span().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time that passes",
    label = "a time is a `Duration`, or a text such as \"1h30m\""
)]
pub trait TimeSpan {
    /// The time as a `Duration`.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    ///
    /// ```
    /// use cache_runtime::testing::TimeSpan;
    ///
    /// assert_eq!("90s".time_span().unwrap().as_secs(), 90);
    /// ```
    fn time_span(&self) -> Result<Duration, String>;
}

impl TimeSpan for Duration {
    fn time_span(&self) -> Result<Duration, String> {
        Ok(*self)
    }
}

impl TimeSpan for str {
    fn time_span(&self) -> Result<Duration, String> {
        match quantity::lifetime(self) {
            Err(what) if what == quantity::ZERO_LIFETIME => Ok(Duration::ZERO),
            nanoseconds => nanoseconds.map(Duration::from_nanos),
        }
    }
}

impl TimeSpan for String {
    fn time_span(&self) -> Result<Duration, String> {
        self.as_str().time_span()
    }
}

impl<T: TimeSpan + ?Sized> TimeSpan for &T {
    fn time_span(&self) -> Result<Duration, String> {
        (**self).time_span()
    }
}
