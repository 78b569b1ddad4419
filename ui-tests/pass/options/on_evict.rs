//! `on_evict` is told of each value that leaves, and why it does.

#![deny(warnings, clippy::pedantic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cache_runtime::{RemovalCause, cache_data, cache_resource};

static CLEARED: AtomicU32 = AtomicU32::new(0);

#[cache_data(on_evict = |value, cause| {
    if cause == RemovalCause::Cleared {
        CLEARED.fetch_add(*value, Ordering::Relaxed);
    }
})]
fn small(x: u32) -> u32 {
    x
}

#[cache_data(cache_err = true, on_evict = |text, _| { let _ = text.as_ref().map(String::len); })]
fn fallible(x: u32) -> Result<String, String> {
    Ok(x.to_string())
}

fn left<T: ?Sized>(_value: &Arc<T>, cause: RemovalCause) {
    CLEARED.fetch_add(u32::from(cause == RemovalCause::Cleared), Ordering::Relaxed);
}

#[cache_resource(on_evict = left, on_release = |_| ())]
fn pool(url: &str) -> Option<Arc<str>> {
    Some(url.into())
}

#[cache_data(scope = "thread", no_handle, on_evict = |_, _| ())]
fn generic<T: std::hash::Hash + Clone + 'static>(x: T) -> T {
    x
}

fn main() {
    small(5);
    SMALL.clear();
    assert_eq!(CLEARED.load(Ordering::Relaxed), 5);
    assert_eq!(fallible(1), Ok("1".to_owned()));
    assert!(pool("a").is_some());
    POOL.clear();
    assert_eq!(CLEARED.load(Ordering::Relaxed), 6);
    assert_eq!(generic('a'), 'a');
}
