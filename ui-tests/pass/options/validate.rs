//! `validate` is asked at every hit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cache_runtime::{cache_data, cache_resource};

struct Pool {
    is_open: AtomicBool,
}

#[cache_resource(validate = |pool| pool.is_open.load(Ordering::Relaxed))]
fn pool() -> Arc<Pool> {
    Arc::new(Pool { is_open: AtomicBool::new(true) })
}

#[cache_data(validate = String::is_empty)]
fn path(x: &str) -> String {
    x.into()
}

fn main() {
    let first = pool();
    assert!(Arc::ptr_eq(&first, &pool()));
    first.is_open.store(false, Ordering::Relaxed);
    assert!(!Arc::ptr_eq(&first, &pool()));
    assert_eq!((path("a"), path("a")), ("a".into(), "a".into()));
    assert_eq!(PATH.stats().hits, 0);
}
