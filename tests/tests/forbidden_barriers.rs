//! Where a sandbox forbids the barriers while the process runs, what others read is still not dropped under them.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use cache_runtime::cache_data;
use cache_tests::Alive;
use cache_tests::sandbox::forbids;
use seccompiler::apply_filter_all_threads;

static ALIVE: AtomicU32 = AtomicU32::new(0);

/// Says at each look whether it is what it was made as.
#[derive(Clone)]
struct Owned(String, #[expect(dead_code, reason = "counts")] Arc<Alive>);

#[cache_data]
fn owned(x: u32) -> Owned {
    Owned(format!("the value of {x}"), Arc::new(Alive::new(&ALIVE)))
}

#[test]
fn without_barriers_values_are_still_dropped_once_and_never_while_they_are_read() {
    let is_over = AtomicBool::new(false);
    let read = || {
        while !is_over.load(Ordering::Relaxed) {
            for x in 0..4 {
                assert_eq!(owned(x).0, format!("the value of {x}"));
            }
        }
    };
    let clear_while_read = || {
        let bodies = || OWNED.stats().misses;
        let enough = bodies() + 1_000;
        while bodies() < enough {
            OWNED.clear();
        }
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(read)).collect();
        clear_while_read();
        apply_filter_all_threads(&forbids(&[libc::SYS_membarrier])).expect("filters are allowed");
        clear_while_read();
        is_over.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().expect("nothing panics");
        }
    });
    OWNED.clear();
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
}
