//! Threads that load, clear, evict, expire and refresh at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cache_runtime::{cache_data, cache_resource, refresh};

static ALIVE: AtomicI64 = AtomicI64::new(0);
static RELEASED: AtomicI64 = AtomicI64::new(0);
static OPENED: AtomicI64 = AtomicI64::new(0);

struct Resource {
    key: u64,
    generation: u64,
}

impl Drop for Resource {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Raised before each clear: what a body read before it must not be seen after it.
static GENERATION: AtomicU64 = AtomicU64::new(0);

#[cache_resource(max_entries = 16, ttl = "3ms", on_release = |_| { RELEASED.fetch_add(1, Ordering::SeqCst); })]
fn open(key: u64) -> Arc<Resource> {
    let generation = GENERATION.load(Ordering::SeqCst);
    OPENED.fetch_add(1, Ordering::SeqCst);
    ALIVE.fetch_add(1, Ordering::SeqCst);
    if key.is_multiple_of(7) {
        thread::yield_now();
    }
    Arc::new(Resource { key, generation })
}

/// A small generator of its own, so that each thread goes its own way, the same at every run.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn nothing_is_lost_mixed_up_or_kept_alive() {
    const FOR: Duration = Duration::from_millis(700);
    let begin = Instant::now();
    thread::scope(|scope| {
        for thread in 1..=6_u64 {
            scope.spawn(move || {
                let mut state = thread.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                while begin.elapsed() < FOR {
                    for _ in 0..100 {
                        let key = random(&mut state) % 40;
                        let before = GENERATION.load(Ordering::SeqCst);
                        match random(&mut state) % 100 {
                            0 => {
                                GENERATION.fetch_add(1, Ordering::SeqCst);
                                OPEN.clear();
                            }
                            1..5 => OPEN.entry(key).clear(),
                            5..8 => drop(refresh(|| open(key))),
                            8 => assert!(OPEN.len() <= 16),
                            _ => assert_eq!(open(key).key, key),
                        }
                        assert!(before <= GENERATION.load(Ordering::SeqCst));
                    }
                }
            });
        }
        scope.spawn(move || {
            // Whoever cleared gets nothing from before the clear.
            let mut key = 0;
            while begin.elapsed() < FOR {
                key = (key + 1) % 40;
                let cleared = GENERATION.fetch_add(1, Ordering::SeqCst) + 1;
                OPEN.clear();
                assert!(open(key).generation >= cleared, "a value from before the clear was handed out");
            }
        });
    });
    OPEN.clear();
    assert_eq!(OPEN.len(), 0);
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0, "all that was opened has been dropped");
    let (opened, released) = (OPENED.load(Ordering::SeqCst), RELEASED.load(Ordering::SeqCst));
    assert!(released <= opened && released > 0, "{released} of {opened} were released");
    let stats = OPEN.stats();
    assert_eq!(i64::try_from(stats.misses), Ok(opened));
}

#[cache_data]
fn value(key: u64) -> u64 {
    VALUE_RUNS.fetch_add(1, Ordering::Relaxed);
    key
}

static VALUE_RUNS: AtomicU64 = AtomicU64::new(0);

#[test]
fn every_call_is_counted_once_while_others_clear() {
    const THREADS: u64 = 4;
    const CALLS: u64 = 20_000;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let callers: Vec<_> =
            (0..THREADS).map(|_| scope.spawn(|| (0..CALLS).for_each(|x| assert_eq!(value(x % 8), x % 8)))).collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                VALUE.clear();
                thread::yield_now();
            }
        });
        for caller in callers {
            caller.join().expect("no assertion fails");
        }
        done.store(true, Ordering::Relaxed);
    });
    let stats = VALUE.stats();
    assert_eq!(stats.hits + stats.misses + stats.waits, THREADS * CALLS);
    assert_eq!(stats.misses, VALUE_RUNS.load(Ordering::Relaxed));
}
