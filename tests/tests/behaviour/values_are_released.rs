use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{cache_data, cache_resource, refresh};
use cache_tests::{Alive, CallLog};

static RESOURCES: AtomicU32 = AtomicU32::new(0);

#[cache_resource]
fn resource(x: u32) -> Arc<Alive> {
    assert!(x < 1_000);
    Arc::new(Alive::new(&RESOURCES))
}

#[test]
fn a_hundred_cleared_resources_are_dropped_when_clear_returns() {
    for x in 0..100 {
        resource(x);
    }
    assert_eq!(RESOURCES.load(Ordering::SeqCst), 100);
    let held = resource(7);
    RESOURCE.clear();
    assert_eq!(RESOURCES.load(Ordering::SeqCst), 1, "all but the one that a caller holds");
    drop(held);
    assert_eq!(RESOURCES.load(Ordering::SeqCst), 0);
    resource(1);
    RESOURCE.entry(1).clear();
    assert_eq!(RESOURCES.load(Ordering::SeqCst), 0);
}

static DATA: AtomicU32 = AtomicU32::new(0);

#[cache_data(max_entries = 10, name = "DATA_CACHE")]
fn data(x: u32) -> Alive {
    assert!(x < 1_000);
    Alive::new(&DATA)
}

#[test]
fn data_that_leaves_is_dropped_too() {
    for x in 0..100 {
        data(x);
    }
    assert_eq!(DATA.load(Ordering::SeqCst), 10);
    DATA_CACHE.clear();
    assert_eq!(DATA.load(Ordering::SeqCst), 0);
}

static SHORT: AtomicU32 = AtomicU32::new(0);

#[cache_data(ttl = "10s")]
fn short_lived(x: u32) -> Alive {
    assert!(x < 1_000);
    Alive::new(&SHORT)
}

#[test]
fn what_is_past_its_lifetime_leaves_with_the_next_misses_a_few_each() {
    let clock = Clock::new();
    clock.enter(|| {
        for x in 0..20 {
            short_lived(x);
        }
        clock.advance(Duration::from_secs(10));
        let alive_after: Vec<u32> = (100..104)
            .map(|x| {
                short_lived(x);
                SHORT.load(Ordering::SeqCst)
            })
            .collect();
        assert_eq!(alive_after, [20 + 1 - 8, 20 + 2 - 16, 3, 4]);
        assert_eq!(SHORT_LIVED.len(), 4);
    });
}

static LOG: CallLog = CallLog::new();

#[cache_resource(
    ttl = "10s",
    max_entries = 2,
    validate = |name| !name.ends_with('!'),
    on_release = |name| LOG.ran(format!("release {name}")),
)]
fn named(_log: &CallLog, name: &str) -> Arc<str> {
    _log.ran(format!("open {name}"));
    Arc::from(name)
}

#[test]
fn on_release_is_told_once_for_each_value_that_leaves() {
    let clock = Clock::new();
    clock.enter(|| {
        let open = |name| drop(named(&LOG, name));
        open("a");
        open("b");
        open("c");
        LOG.expect(["open a", "open b", "open c", "release a"]);
        clock.advance(Duration::from_secs(10));
        open("b");
        LOG.expect(["release b", "open b", "release c"]);
        assert_eq!(NAMED.len(), 1);
        NAMED.entry("b").clear();
        LOG.expect(["release b"]);
        open("d!");
        open("d!");
        LOG.expect(["open d!", "release d!", "open d!"]);
        NAMED.clear();
        LOG.expect(["release d!"]);
        open("e");
        refresh(|| open("e"));
        LOG.expect(["open e", "open e", "release e"]);
        NAMED.entry("e").insert(Arc::from("f"));
        LOG.expect(["release e"]);
        NAMED.clear();
        NAMED.clear();
        LOG.expect(["release f"]);
    });
}

static NEVER_LOG: CallLog = CallLog::new();

#[cache_resource(cache_if = |_| false, on_release = |_| NEVER_LOG.ran("release"))]
fn never_kept() -> Arc<u8> {
    Arc::new(1)
}

#[test]
fn what_was_never_kept_is_not_released() {
    never_kept();
    NEVER_KEPT.clear();
    NEVER_LOG.expect_nothing();
}

static BRAVE_LOG: CallLog = CallLog::new();

#[cache_resource(on_release = |x| { BRAVE_LOG.ran(x.to_string()); assert!(**x != 1, "on purpose"); })]
fn brave(x: u8) -> Arc<u8> {
    Arc::new(x)
}

#[test]
fn a_panic_in_on_release_does_not_keep_others_from_being_told() {
    brave(0);
    brave(1);
    brave(2);
    BRAVE.clear();
    assert_eq!(BRAVE.len(), 0);
    BRAVE_LOG.expect_sorted(["0", "1", "2"]);
}

#[cache_resource(on_release = |x| REENTRANT.entry(**x + 1).clear())]
fn reentrant(x: u8) -> Arc<u8> {
    Arc::new(x)
}

#[test]
fn on_release_may_use_the_cache() {
    reentrant(1);
    reentrant(2);
    reentrant(3);
    REENTRANT.entry(1).clear();
    assert_eq!(REENTRANT.len(), 0);
}
