//! Asynchronous functions, that wait in their bodies.

use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

use super::{begin, next};
use crate::executor::pause;
use crate::random;
use crate::room::ZOOM;
use crate::values::{Failure, Made as _, Owned, Shared};
use crate::world::{Function, Stamp};

#[cache_data(tags("chain"))]
pub(crate) async fn later(key: u8) -> Owned {
    let stamp = begin(Function::Later, key);
    let local = super::chain::row(key);
    pause().await;
    Owned::of(stamp, [local])
}

#[cache_data(tags("chain"))]
pub(crate) async fn later_page(key: u8) -> Owned {
    let stamp = begin(Function::LaterPage, key);
    let first = later(key).await;
    pause().await;
    let second = later(next(key)).await;
    Owned::of(stamp, [first, second])
}

#[cache_data(ttl = "500us", stale_if_error = "2ms", refresh_after = "100us")]
pub(crate) async fn later_fallible(key: u8) -> Result<Owned, Failure> {
    let stamp = begin(Function::LaterFallible, key);
    pause().await;
    if random::one_in(3) { Err(Failure::made(stamp)) } else { Ok(Owned::made(stamp)) }
}

#[cache_data(scope = "session")]
pub(crate) async fn later_prefs(key: u8) -> Owned {
    let stamp = begin(Function::LaterPrefs, key);
    pause().await;
    Owned::made(stamp)
}

#[cache_data]
pub(crate) async fn later_zoomed(key: u8) -> Owned {
    let stamp = begin(Function::LaterZoomed, key);
    pause().await;
    let zoom = Some(ZOOM.get().zoom);
    pause().await;
    Owned::made(Stamp { zoom, ..stamp })
}

#[cache_data(max_entries = 5, single_flight = false)]
pub(crate) async fn later_bounded(key: u8) -> Owned {
    let stamp = begin(Function::LaterBounded, key);
    pause().await;
    Owned::made(stamp)
}

#[cache_resource(ttl = "2ms", on_release = |pool| pool.release())]
pub(crate) async fn later_pool(key: u8) -> Arc<Shared> {
    let stamp = begin(Function::LaterPool, key);
    pause().await;
    Arc::made(stamp)
}
