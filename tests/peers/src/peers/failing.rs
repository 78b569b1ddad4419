//! A function whose upstream is down, under each attribute and by hand, for threads and for tasks.
//!
//! Its error is `anyhow`'s, which is not `Clone`. Each call tells whether it got a value.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use cache_runtime::cache_data;
use cached::macros::cached;

use crate::peers::by_hand::Moka;

pub(crate) type Call = fn(&Upstream, u64) -> bool;
pub(crate) type AsyncCall = fn(Arc<Upstream>, u64) -> Pin<Box<dyn Future<Output = bool> + Send>>;

/// What a body takes, whether it fails or not.
pub(crate) const BODY: Duration = Duration::from_millis(50);

/// What the bodies ask.
pub(crate) struct Upstream {
    bodies: AtomicU32,
    /// The first body that gets a value.
    recovers_with: u32,
}

impl Upstream {
    pub(crate) fn new(recovers_with: u32) -> Self {
        Self { bodies: AtomicU32::new(0), recovers_with }
    }

    /// How many bodies have asked.
    pub(crate) fn bodies(&self) -> u32 {
        self.bodies.load(Ordering::Acquire)
    }

    fn begin(&self) -> u32 {
        self.bodies.fetch_add(1, Ordering::AcqRel) + 1
    }

    fn answer(&self, body: u32, key: u64) -> anyhow::Result<u64> {
        if body < self.recovers_with { Err(anyhow!("unavailable for the time being")) } else { Ok(key) }
    }

    fn ask(&self, key: u64) -> anyhow::Result<u64> {
        let body = self.begin();
        thread::sleep(BODY);
        self.answer(body, key)
    }

    async fn ask_async(&self, key: u64) -> anyhow::Result<u64> {
        let body = self.begin();
        tokio::time::sleep(BODY).await;
        self.answer(body, key)
    }
}

#[cache_data]
fn load(_upstream: &Upstream, key: u64) -> anyhow::Result<u64> {
    _upstream.ask(key)
}

#[cache_data]
async fn load_async(_upstream: &Upstream, key: u64) -> anyhow::Result<u64> {
    _upstream.ask_async(key).await
}

/// The same with an error that can be shared.
#[cache_data]
fn load_shared(_upstream: &Upstream, key: u64) -> Result<u64, Arc<anyhow::Error>> {
    _upstream.ask(key).map_err(Arc::new)
}

#[cache_data]
async fn load_shared_async(_upstream: &Upstream, key: u64) -> Result<u64, Arc<anyhow::Error>> {
    _upstream.ask_async(key).await.map_err(Arc::new)
}

#[cached(key = "u64", convert = "{ key }", sync_writes = "by_key")]
fn cached_load(upstream: &Upstream, key: u64) -> anyhow::Result<u64> {
    upstream.ask(key)
}

#[cached(key = "u64", convert = "{ key }", sync_writes = "by_key")]
async fn cached_load_async(upstream: &Upstream, key: u64) -> anyhow::Result<u64> {
    upstream.ask_async(key).await
}

static MOKA: LazyLock<Moka<u64, u64>> = LazyLock::new(|| Moka::builder().build());
static MOKA_ASYNC: LazyLock<moka::future::Cache<u64, u64>> = LazyLock::new(|| moka::future::Cache::builder().build());

pub(crate) fn ours(upstream: &Upstream, key: u64) -> bool {
    load(upstream, key).is_ok()
}

pub(crate) fn ours_shared(upstream: &Upstream, key: u64) -> bool {
    load_shared(upstream, key).is_ok()
}

pub(crate) fn cached(upstream: &Upstream, key: u64) -> bool {
    cached_load(upstream, key).is_ok()
}

pub(crate) fn moka(upstream: &Upstream, key: u64) -> bool {
    MOKA.try_get_with(key, || upstream.ask(key)).is_ok()
}

pub(crate) fn uncached(upstream: &Upstream, key: u64) -> bool {
    upstream.ask(key).is_ok()
}

pub(crate) const ASYNC_OURS: AsyncCall =
    |upstream, key| Box::pin(async move { load_async(&upstream, key).await.is_ok() });
pub(crate) const ASYNC_OURS_SHARED: AsyncCall =
    |upstream, key| Box::pin(async move { load_shared_async(&upstream, key).await.is_ok() });
pub(crate) const ASYNC_CACHED: AsyncCall =
    |upstream, key| Box::pin(async move { cached_load_async(&upstream, key).await.is_ok() });
pub(crate) const ASYNC_MOKA: AsyncCall =
    |upstream, key| Box::pin(async move { MOKA_ASYNC.try_get_with(key, upstream.ask_async(key)).await.is_ok() });
pub(crate) const ASYNC_UNCACHED: AsyncCall =
    |upstream, key| Box::pin(async move { upstream.ask_async(key).await.is_ok() });
