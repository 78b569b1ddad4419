//! Functions whose cache is on for some calls and off for others.

use crate::call::faces::{call, call_async};
use crate::call::report::Report;
use crate::context::trace::Places;
use crate::function::handle::{CachedFn, HandleCore};
use crate::key::Key;
use crate::observe::outcome::Outcome;
use crate::value::return_kind::Shape;

/// The key of a call, if the cache is on for it. Values made while asking are gone before the body runs.
#[inline]
pub fn key_if(is_enabled: impl FnOnce() -> bool, key: impl FnOnce() -> Key) -> Option<Key> {
    is_enabled().then(key)
}

/// A call of a function with `enabled`.
///
/// # Panics
/// As [`call`] does.
#[inline]
pub fn call_if<V, K, R>(
    handle: &CachedFn<V, K>,
    shape: impl Shape<V, R>,
    key: Option<Key>,
    body: impl FnOnce() -> R,
) -> R {
    let Some(key) = key else {
        bypassed(&handle.inside);
        return body();
    };
    call(handle, shape, key, body)
}

/// A call of an `async` function with `enabled`.
#[inline]
pub async fn call_if_async<V, K, R>(
    handle: &CachedFn<V, K>,
    shape: impl Shape<V, R>,
    key: Option<Key>,
    body: impl AsyncFnOnce() -> R,
) -> R {
    let Some(key) = key else {
        bypassed(&handle.inside);
        return body().await;
    };
    call_async(handle, shape, key, body).await
}

/// A call that leaves the cache out.
#[cold]
fn bypassed<V>(handle: &HandleCore<V>) {
    let function = handle.function;
    // Only what was used has counters.
    drop(function.home(handle.options));
    let (places, counters) = (Places::take(function.name()), function.counters());
    let report = Report { function: function.name(), counters: counters.as_deref(), places: &places };
    report.tell(Outcome::Bypassed, None, None);
}
