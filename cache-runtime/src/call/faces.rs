//! The two faces of a call, synchronous and asynchronous, and the short way of a hit.

use std::ops::ControlFlow::{Break, Continue};
use std::pin::pin;

use crate::call::answer::Answer;
use crate::call::course::{Step, Todo};
use crate::function::codec::Face;
use crate::function::handle::{CachedFn, HandleCore};
use crate::key::Key;
use crate::observe::telemetry;
use crate::thread::table::Found;
use crate::thread::this;
use crate::value::return_kind::Shape;
use crate::value::small_copy::SmallCopy;

/// A call of a function.
///
/// # Panics
/// Panics if the call stands inside the body of the same function with the same key, and with whatever `body` panics
/// with.
#[inline]
pub fn call<V, K, R>(handle: &CachedFn<V, K>, shape: impl Shape<V, R>, key: Key, body: impl FnOnce() -> R) -> R {
    answer(&handle.inside, shape, key, body)
}

/// [`call`] for those who have no more than this of the handle.
#[inline(always)]
pub(crate) fn answer<V, R>(handle: &HandleCore<V>, shape: impl Shape<V, R>, key: Key, body: impl FnOnce() -> R) -> R {
    let mut is_absent = false;
    if let Some(found) = hit(handle, key, &mut is_absent) {
        return shape.join(found.get());
    }
    let mut body = Some(body);
    let mut body = || match body.take() {
        Some(body) => body(),
        None => unreachable!("a body runs once"),
    };
    miss(handle, shape, key, is_absent, &mut body)
}

/// A call of an `async` function: [`call`] for an async body.
#[inline]
pub async fn call_async<V, K, R>(
    handle: &CachedFn<V, K>,
    shape: impl Shape<V, R>,
    key: Key,
    body: impl AsyncFnOnce() -> R,
) -> R {
    let mut is_absent = false;
    // Not a `match`: what is found would be part of the future, which could not be sent then.
    if let Some(found) = hit(&handle.inside, key, &mut is_absent) {
        return shape.join(found.get());
    }
    miss_async(&handle.inside, shape, key, is_absent, body).await
}

/// The short way: a fresh value and nothing special about the call.
#[inline(always)]
fn hit<V>(handle: &HandleCore<V>, key: Key, is_absent: &mut bool) -> Option<Found<'static, V>> {
    let store = handle.function.used_store()?;
    let thread = this::this();
    if handle.hooks.validate.is_some() || !thread.flags.get().are_plain() || telemetry::wants_hits() {
        return None;
    }
    let storage = &handle.hooks.storage;
    if const { SmallCopy::is_for::<V>() } && store.has_many_copies() {
        if let Some(found) = store.hit_copy(thread, key, storage.near, is_absent) {
            return Some(Found::Copied(found));
        }
        if *is_absent {
            return None;
        }
    } else if let Some(found) = store.hit_near(thread, key, storage.near) {
        return Some(found);
    }
    store.hit(thread, key, storage, is_absent).map(Found::Elsewhere)
}

/// Out of line: recursive functions should not pay with their stack for what a hit does not need. The body is behind a
/// pointer, so that functions which return the same type share this.
#[cold]
#[inline(never)]
fn miss<V, R>(
    handle: &HandleCore<V>,
    shape: impl Shape<V, R>,
    key: Key,
    is_absent: bool,
    body: &mut dyn FnMut() -> R,
) -> R {
    let mut answer = Answer::new(handle, shape, key, is_absent);
    let load = match answer.lead_at_once() {
        Some(load) => load,
        None => match answer.now() {
            Break(returned) => return returned,
            Continue(Todo::Run(None)) => return body(),
            Continue(Todo::Run(Some(run))) => return run.within(body),
            Continue(Todo::Lead(load)) => load,
            Continue(Todo::Verify(verifying)) => {
                let returned = verifying.run().within(body);
                return answer.verified(verifying, returned);
            }
        },
    };
    load.run().within(|| {
        let returned = telemetry::running(handle.function.name(), body);
        answer.finish(load, returned, Face::Sync)
    })
}

#[cold]
async fn miss_async<V, R>(
    handle: &HandleCore<V>,
    shape: impl Shape<V, R>,
    key: Key,
    is_absent: bool,
    body: impl AsyncFnOnce() -> R,
) -> R {
    let mut answer = Answer::new(handle, shape, key, is_absent);
    let mut turn = None;
    loop {
        let step = match answer.next(turn.take()) {
            Break(returned) => return returned,
            Continue(step) => step,
        };
        let (run, verifying) = match step {
            Step::Run(None) => return body().await,
            Step::Run(Some(run)) => (run, None),
            Step::Verify(verifying) => (verifying.run(), Some(verifying)),
            Step::Lead(load) => {
                let body = pin!(Some(telemetry::running_async(handle.function.name(), body())));
                let returned = load.run().within_async(body).await;
                return load.run().within(|| answer.finish(load, returned, Face::Async));
            }
            Step::Wait(mut wait) => {
                let end = (&mut wait).await;
                if let Some(returned) = answer.waited(end) {
                    return returned;
                }
                turn = Some(wait);
                continue;
            }
        };
        let returned = run.within_async(pin!(Some(body()))).await;
        return match verifying {
            Some(verifying) => answer.verified(verifying, returned),
            None => returned,
        };
    }
}
