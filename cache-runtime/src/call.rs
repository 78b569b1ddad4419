//! A call of a cached function: one course of action, with a synchronous and an asynchronous face.

use std::pin::pin;

use crate::context::{self, BYPASS, ENDING, Flags, Frame, INTERCEPT, NEW, REFRESH};
use crate::flight::LoadEnd;
use crate::handle::CachedFn;
use crate::kept::{Freshness, Kept};
use crate::key::Key;
use crate::load::{Begin, Load, Miss, begin};
use crate::park::block_on;
use crate::shape::Shape;
use crate::store::Store;
use crate::thread;
use crate::trace::{Outcome, Places};

/// A call of a function.
///
/// # Panics
/// Panics if the call stands inside the body of the same function with the same key, and with whatever `body` panics
/// with.
#[inline]
pub fn call<V, K, R>(handle: &CachedFn<V, K>, shape: impl Shape<V, R>, key: Key, body: impl FnOnce() -> R) -> R {
    match hit(handle, key) {
        Some(value) => shape.join(value),
        None => miss(handle, shape, key, body),
    }
}

/// Out of line: recursive functions should not pay with their stack for what a hit does not need.
#[cold]
#[inline(never)]
fn miss<V, K, R>(handle: &CachedFn<V, K>, shape: impl Shape<V, R>, key: Key, body: impl FnOnce() -> R) -> R {
    block_on(pin!(answer(handle, shape, key, async || body())))
}

/// A call of an `async` function: [`call`] for an async body.
#[inline]
pub async fn call_async<V, K, R>(
    handle: &CachedFn<V, K>,
    shape: impl Shape<V, R>,
    key: Key,
    body: impl AsyncFnOnce() -> R,
) -> R {
    match hit(handle, key) {
        Some(value) => shape.join(value),
        None => answer(handle, shape, key, body).await,
    }
}

/// The short way: a fresh value and nothing special about the call.
#[inline(always)]
fn hit<V, K>(handle: &CachedFn<V, K>, key: Key) -> Option<V> {
    let store = handle.function.used_store()?;
    thread::with(|thread| {
        if handle.hooks.validate.is_some() || thread.flags.get().has(INTERCEPT) {
            return None;
        }
        store.hit(thread, key, &handle.hooks)
    })
}

/// The whole way.
async fn answer<V, K, R>(
    handle: &CachedFn<V, K>,
    shape: impl Shape<V, R>,
    key: Key,
    body: impl AsyncFnOnce() -> R,
) -> R {
    let name = handle.function.name();
    let store = handle.function.store(handle.options);
    let places = Places::take(name);
    let flags = context::flags();
    if flags.has(BYPASS) || flags.has(ENDING) {
        store.counters.bypassed.one();
        places.tell(Outcome::Bypassed);
        return body().await;
    }
    if flags.has(NEW) {
        store.prepare_thread();
    }
    loop {
        let miss = match find(handle, store, key, flags) {
            Found::Value(value) => {
                store.counters.hit();
                places.tell(Outcome::Hit);
                return shape.join(value);
            }
            Found::Not(miss) => miss,
        };
        let reason = miss.reason();
        match begin(store, key, miss, flags.has(REFRESH)) {
            Begin::Lead(load) => {
                places.tell(Outcome::Miss(reason));
                return lead(handle, store, &shape, load, &places, body).await;
            }
            Begin::Wait(waiting) => {
                let (returned, outcome) = match waiting.await {
                    LoadEnd::Value(kept, _alive) => ((handle.hooks.get)(&kept).map(|v| shape.join(v)), Outcome::Waited),
                    LoadEnd::Stale(kept) => ((handle.hooks.get)(&kept).map(|v| shape.join(v)), Outcome::Stale),
                    LoadEnd::Passed(shared) => (shape.unshare(&*shared), Outcome::Waited),
                    LoadEnd::Nothing => (None, Outcome::Waited),
                };
                if let Some(returned) = returned {
                    match outcome {
                        Outcome::Stale => store.counters.stale.one(),
                        _ => store.counters.waits.one(),
                    }
                    places.tell(outcome);
                    return returned;
                }
            }
            Begin::Serve(kept) => {
                if let Some(value) = (handle.hooks.get)(&kept) {
                    store.used(key, &kept);
                    store.counters.stale.one();
                    places.tell(Outcome::Stale);
                    return shape.join(value);
                }
            }
            Begin::Again => {}
            Begin::Recursive => panic!("recursive call of `{name}` with the same arguments"),
        }
    }
}

enum Found<V> {
    Value(V),
    Not(Miss),
}

/// Looks the key up; `validate` is asked here, with no lock held.
fn find<V, K>(handle: &CachedFn<V, K>, store: &Store, key: Key, flags: Flags) -> Found<V> {
    let Some((kept, freshness)) = store.look(key) else { return Found::Not(Miss::Absent) };
    let usable = match freshness {
        Freshness::Dead => return Found::Not(Miss::Expired { kept, usable: false }),
        Freshness::Fallback => return Found::Not(Miss::Expired { kept, usable: true }),
        Freshness::Stale | Freshness::Fresh if flags.has(REFRESH) => return Found::Not(Miss::Unwanted(kept)),
        Freshness::Stale | Freshness::Fresh => valid(handle, &kept),
    };
    match usable {
        None => Found::Not(Miss::Invalid(kept)),
        Some(_) if freshness == Freshness::Stale => Found::Not(Miss::Stale(kept)),
        Some(value) => {
            store.used(key, &kept);
            Found::Value(value)
        }
    }
}

fn valid<V, K>(handle: &CachedFn<V, K>, kept: &Kept) -> Option<V> {
    let value = (handle.hooks.get)(kept)?;
    handle.hooks.validate.is_none_or(|validate| validate(&value)).then_some(value)
}

/// Runs the body and keeps what is to be kept.
async fn lead<V, K, R>(
    handle: &CachedFn<V, K>,
    store: &Store,
    shape: &impl Shape<V, R>,
    mut load: Load,
    places: &Places,
    body: impl AsyncFnOnce() -> R,
) -> R {
    let returned = context::within_async(Frame::Load(load.id()), body()).await;
    let value = match shape.split(returned) {
        Ok(value) => value,
        Err(returned) => {
            if let Some(kept) = load.fall_back()
                && let Some(value) = (handle.hooks.get)(&kept)
            {
                load.serve_stale(&kept);
                places.tell(Outcome::Stale);
                return shape.join(value);
            }
            load.pass(|| shape.share(&returned));
            return returned;
        }
    };
    let is_kept = handle.hooks.cache_if.is_none_or(|cache_if| cache_if(&value));
    if is_kept || load.has_waiters() {
        let (kept, weight) = handle.hooks.take_in(store, &value);
        if is_kept { load.keep(&kept, weight) } else { load.hand_on(&kept) }
    }
    shape.join(value)
}
