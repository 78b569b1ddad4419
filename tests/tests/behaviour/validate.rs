use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use cache_runtime::{MissReason, Outcome, cache_data, cache_resource, trace};
use cache_tests::CallLog;

struct Pool {
    open: AtomicBool,
}

static LOG: CallLog = CallLog::new();

#[cache_resource(validate = |pool| pool.open.load(Ordering::Relaxed), on_release = |_| LOG.ran("release"))]
fn pool() -> Arc<Pool> {
    LOG.ran("open");
    Arc::new(Pool { open: AtomicBool::new(true) })
}

#[test]
fn an_invalid_value_is_discarded_and_recomputed() {
    let first = pool();
    assert!(Arc::ptr_eq(&first, &pool()));
    LOG.expect(["open"]);
    first.open.store(false, Ordering::Relaxed);
    let (second, calls) = trace(pool);
    assert!(!Arc::ptr_eq(&first, &second));
    assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Invalid));
    LOG.expect(["release", "open"]);
    assert!(Arc::ptr_eq(&second, &pool()));
}

static ASKED: AtomicU32 = AtomicU32::new(0);

#[cache_data(validate = |value| ASKED.fetch_add(1, Ordering::Relaxed) < 1_000 && *value > 0)]
fn counted(x: i32) -> i32 {
    x
}

#[test]
fn it_is_asked_at_every_hit_and_at_no_miss() {
    counted(1);
    assert_eq!(ASKED.load(Ordering::Relaxed), 0);
    counted(1);
    counted(1);
    assert_eq!(ASKED.load(Ordering::Relaxed), 2);
    assert_eq!(COUNTED.stats().hits, 2);
}

#[cache_data(validate = |value| REENTRANT.entry(*value).contains() && { REENTRANT.clear(); true })]
fn reentrant(x: u8) -> u8 {
    x
}

#[test]
fn it_may_use_the_cache_it_is_asked_for() {
    assert_eq!((reentrant(1), reentrant(1), reentrant(1)), (1, 1, 1));
    assert_eq!(REENTRANT.stats().misses, 2);
}
