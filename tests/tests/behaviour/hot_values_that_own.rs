//! Values that own something and are hit often: a hit takes another way then, and promises the same.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use cache_runtime::{cache_data, cache_resource};

/// Enough hits on one thread for the shortest way.
const HOT: usize = if cfg!(miri) { 40 } else { 2_000 };

/// Of those that end what others read.
const ROUNDS: usize = if cfg!(miri) { 6 } else { 300 };

/// Tells what was read of it after it was dropped.
struct Canary {
    alive: &'static AtomicU32,
    song: Box<str>,
}

impl Canary {
    fn new(alive: &'static AtomicU32, song: &str) -> Self {
        alive.fetch_add(1, Ordering::SeqCst);
        Self { alive, song: song.into() }
    }
}

impl Clone for Canary {
    fn clone(&self) -> Self {
        ON_CLONE.get()();
        Self::new(self.alive, &self.song)
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.song = "dead".into();
        self.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

thread_local! {
    static ON_CLONE: Cell<fn()> = const { Cell::new(|| ()) };
}

static CLEARED: AtomicU32 = AtomicU32::new(0);

#[cache_data(name = "CLEARED_CACHE")]
fn cleared(x: u32) -> Canary {
    Canary::new(&CLEARED, &x.to_string())
}

#[test]
fn what_was_hit_often_on_many_threads_is_dropped_when_clear_returns() {
    let cleared_now = Arc::new(Barrier::new(3));
    let readers = [1, 2].map(|_| {
        let cleared_now = Arc::clone(&cleared_now);
        thread::spawn(move || {
            (0..HOT).for_each(|_| assert_eq!(&*cleared(1).song, "1"));
            cleared_now.wait();
            // The threads live on: what they remember must not keep it alive.
            cleared_now.wait();
        })
    });
    cleared_now.wait();
    assert_eq!(CLEARED.load(Ordering::SeqCst), 1);
    CLEARED_CACHE.clear();
    assert_eq!(CLEARED.load(Ordering::SeqCst), 0);
    cleared_now.wait();
    for reader in readers {
        reader.join().expect("no assertion fails");
    }
    assert_eq!(CLEARED_CACHE.stats().misses, 1);
    assert_eq!(CLEARED_CACHE.stats().hits + CLEARED_CACHE.stats().waits, 2 * HOT as u64 - 1);
}

static WHILE_CLONED: AtomicU32 = AtomicU32::new(0);

#[cache_data(name = "WHILE_CLONED_CACHE")]
fn while_cloned() -> Canary {
    Canary::new(&WHILE_CLONED, "song")
}

#[test]
fn a_value_that_its_own_clone_clears_lives_until_it_is_cloned() {
    (0..HOT).for_each(|_| drop(while_cloned()));
    ON_CLONE.set(|| WHILE_CLONED_CACHE.clear());
    let cloned = while_cloned();
    ON_CLONE.set(|| ());
    assert_eq!(&*cloned.song, "song");
    assert_eq!(WHILE_CLONED.load(Ordering::SeqCst), 1, "the clone alone");
    assert!(WHILE_CLONED_CACHE.is_empty());
}

static BY_ANOTHER: AtomicU32 = AtomicU32::new(0);
static IS_BEING_CLONED: AtomicBool = AtomicBool::new(false);
static MAY_GO_ON: AtomicBool = AtomicBool::new(false);

#[cache_data(name = "BY_ANOTHER_CACHE")]
fn by_another() -> Canary {
    Canary::new(&BY_ANOTHER, "song")
}

#[test]
fn a_clear_does_not_wait_for_a_clone_which_then_drops_the_value() {
    let reader = thread::spawn(|| {
        (0..HOT).for_each(|_| drop(by_another()));
        ON_CLONE.set(|| {
            IS_BEING_CLONED.store(true, Ordering::SeqCst);
            while !MAY_GO_ON.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        });
        let cloned = by_another();
        assert_eq!(&*cloned.song, "song");
        assert_eq!(BY_ANOTHER.load(Ordering::SeqCst), 1, "the clone alone");
    });
    while !IS_BEING_CLONED.load(Ordering::SeqCst) {
        thread::yield_now();
    }
    BY_ANOTHER_CACHE.clear();
    assert_eq!(BY_ANOTHER.load(Ordering::SeqCst), 1, "it is still being read");
    MAY_GO_ON.store(true, Ordering::SeqCst);
    reader.join().expect("no assertion fails");
    assert_eq!(BY_ANOTHER.load(Ordering::SeqCst), 0);
}

#[cache_data]
fn outer() -> Nested {
    Nested(1)
}

#[cache_data]
fn inner() -> String {
    String::from("inner")
}

#[derive(Debug, PartialEq)]
struct Nested(u32);

impl Clone for Nested {
    fn clone(&self) -> Self {
        assert_eq!(inner(), "inner");
        Self(self.0)
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        assert_eq!(inner(), "inner");
    }
}

#[test]
fn the_clone_of_one_value_may_hit_another() {
    for _ in 0..HOT {
        assert_eq!(inner(), "inner");
        assert_eq!(outer(), Nested(1));
    }
    OUTER.clear();
    assert_eq!(outer(), Nested(1));
    assert_eq!((INNER.stats().misses, OUTER.stats().misses), (1, 2));
}

static PANICS: AtomicU32 = AtomicU32::new(0);

#[cache_data(name = "PANICS_CACHE")]
fn panics() -> Canary {
    Canary::new(&PANICS, "song")
}

#[test]
fn a_clone_that_panics_keeps_nothing_alive() {
    (0..HOT).for_each(|_| drop(panics()));
    ON_CLONE.set(|| panic!("no more clones"));
    assert!(std::panic::catch_unwind(panics).is_err());
    ON_CLONE.set(|| ());
    PANICS_CACHE.clear();
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
    assert_eq!(&*panics().song, "song");
}

#[cache_resource]
fn pool() -> Arc<str> {
    Arc::from("pool")
}

#[test]
fn an_unsized_resource_is_one_instance_until_it_is_cleared() {
    let first = pool();
    (0..HOT).for_each(|_| assert!(Arc::ptr_eq(&first, &pool())));
    assert_eq!(Arc::strong_count(&first), 2, "the cache's own and this");
    POOL.clear();
    assert_eq!(Arc::strong_count(&first), 1);
    assert!(!Arc::ptr_eq(&first, &pool()));
}

static CONTESTED: AtomicU32 = AtomicU32::new(0);

#[cache_data(max_entries = 3, name = "CONTESTED_CACHE")]
fn contested(x: u32) -> Canary {
    Canary::new(&CONTESTED, &x.to_string())
}

#[test]
fn nobody_reads_what_was_dropped_while_others_clear_and_evict() {
    let stop = Arc::new(AtomicBool::new(false));
    let readers = [1, 2, 3].map(|_| {
        let stop = Arc::clone(&stop);
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                for x in [1, 2, 1, 2, 1] {
                    assert_eq!(*contested(x).song, x.to_string());
                }
            }
        })
    });
    for round in 0..ROUNDS {
        (0..HOT / 4).for_each(|_| assert_eq!(&*contested(1).song, "1"));
        if round % 2 == 0 {
            CONTESTED_CACHE.clear();
        } else {
            (10..14).for_each(|x| drop(contested(x)));
        }
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().expect("no assertion fails");
    }
    CONTESTED_CACHE.clear();
    assert_eq!(CONTESTED.load(Ordering::SeqCst), 0);
}
