//! Resources: every caller shares one, and that it leaves is told.

use std::sync::Arc;

use cache_runtime::cache_resource;

use super::{begin, hooked};
use crate::random;
use crate::values::{Failure, Made as _, Shared};
use crate::world::Function;

#[cache_resource(on_release = |pool| pool.release())]
pub(crate) fn pool(key: u8) -> Arc<Shared> {
    Arc::made(begin(Function::Pool, key))
}

#[cache_resource(max_entries = 4, ttl = "1ms", on_release = |pool| pool.release())]
pub(crate) fn few_pools(key: u8) -> Arc<Shared> {
    Arc::made(begin(Function::FewPools, key))
}

/// Every hit asks `validate`.
#[cache_resource(
    validate = |pool| { pool.was_kept(); hooked(); !random::one_in(16) },
    cache_if = is_wanted,
    on_release = |pool| pool.release(),
)]
pub(crate) fn picky_pool(key: u8) -> Arc<Shared> {
    Arc::made(begin(Function::PickyPool, key))
}

fn is_wanted(pool: &Arc<Shared>) -> bool {
    hooked();
    let is_wanted = !random::one_in(8);
    if !is_wanted {
        pool.refuse();
    }
    is_wanted
}

#[cache_resource(ttl = "500us", stale_if_error = "1ms", on_release = |pool| pool.release())]
pub(crate) fn fallible_pool(key: u8) -> Result<Arc<Shared>, Failure> {
    let stamp = begin(Function::FalliblePool, key);
    if random::one_in(3) { Err(Failure::made(stamp)) } else { Ok(Arc::made(stamp)) }
}

#[cache_resource(max_bytes = 150, weigh = |pool| { hooked(); pool.weight() }, on_release = |pool| pool.release())]
pub(crate) fn heavy_pool(key: u8) -> Arc<Shared> {
    Arc::made(begin(Function::HeavyPool, key))
}
