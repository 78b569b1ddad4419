//! `on_release` is told of each value that leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cache_runtime::cache_resource;

static RELEASED: AtomicU32 = AtomicU32::new(0);

#[cache_resource(on_release = |pool| { RELEASED.fetch_add(**pool, Ordering::Relaxed); })]
fn pool(size: u32) -> Arc<u32> {
    Arc::new(size)
}

fn released<T>(_value: &T) {
    RELEASED.fetch_add(100, Ordering::Relaxed);
}

#[cache_resource(cheap_clone, on_release = released)]
fn client(name: &str) -> Arc<str> {
    name.into()
}

fn main() {
    pool(5);
    assert_eq!(RELEASED.load(Ordering::Relaxed), 0);
    POOL.clear();
    assert_eq!(RELEASED.load(Ordering::Relaxed), 5);
    client("a");
    CLIENT.entry("a").clear();
    assert_eq!(RELEASED.load(Ordering::Relaxed), 105);
}
