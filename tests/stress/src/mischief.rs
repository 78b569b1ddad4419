//! User code that panics: where, how often, and with what.

use std::any::Any;
use std::backtrace::Backtrace;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::alive::{Sort, Token};
use crate::counts::Counts;
use crate::{findings, random};

/// Which code of the user panics.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Body,
    Clone,
    Drop,
    Hash,
    Hook,
    Serialize,
    Observer,
    Wake,
}

pub(crate) static PANICS: Counts<8> =
    Counts::new(["body", "clone", "drop", "hash", "hook", "serialize", "observer", "wake"]);

/// Zero: never.
static ONE_IN: AtomicU64 = AtomicU64::new(0);

/// From now on, user code panics once in so many times; never for zero.
pub(crate) fn set(one_in: u64) {
    ONE_IN.store(one_in, Ordering::Relaxed);
}

/// A payload that panics when it is dropped.
struct Bomb {
    _token: Token,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic::panic_any(Plain);
        }
    }
}

/// A payload that can be dropped.
struct Plain;

/// Panics now and then; not while a panic goes on, which would abort the process.
pub(crate) fn happens(place: Place) {
    let one_in = ONE_IN.load(Ordering::Relaxed);
    if one_in == 0 || thread::panicking() || !random::one_in(one_in) {
        return;
    }
    PANICS.one(place as usize);
    if random::one_in(2) {
        panic::panic_any(Bomb { _token: Token::new(Sort::Bomb) });
    }
    panic::panic_any(Plain);
}

/// What `f` returns, if it does not panic.
pub(crate) fn caught<R>(f: impl FnOnce() -> R) -> Option<R> {
    panic::catch_unwind(AssertUnwindSafe(f)).map_err(dispose).ok()
}

/// Dropping a payload may panic; the payload of that cannot.
fn dispose(payload: Box<dyn Any + Send>) {
    drop(panic::catch_unwind(AssertUnwindSafe(|| drop(payload))));
}

/// Panics of ours are quiet; any other is a finding, also where the library catches it.
pub(crate) fn watch_panics() {
    panic::set_hook(Box::new(|info| {
        if !is_ours(info) {
            // With `RUST_BACKTRACE=1` it says from where.
            let backtrace = Backtrace::capture();
            findings::wrong(format_args!("a panic that is not ours: {info}\n{backtrace}"));
        }
    }));
}

/// Was it thrown here, or is it the one that circles of calls are answered with?
fn is_ours(info: &PanicHookInfo<'_>) -> bool {
    let payload = info.payload();
    let is_recursion = payload.downcast_ref::<String>().is_some_and(|text| text.starts_with("recursive call of `"));
    if is_recursion {
        findings::RECURSIONS.fetch_add(1, Ordering::Relaxed);
    }
    is_recursion || payload.is::<Bomb>() || payload.is::<Plain>()
}
