//! Where a sandbox forbids the barriers while the process runs, a thread that reads nothing has nothing left to it.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cache_runtime::cache_data;
use cache_tests::Alive;
use cache_tests::sandbox::forbids;
use seccompiler::apply_filter_all_threads;

static ALIVE: AtomicU32 = AtomicU32::new(0);

#[cache_data]
fn owned() -> Arc<Alive> {
    Arc::new(Alive::new(&ALIVE))
}

#[test]
fn what_the_thread_read_is_dropped_when_it_clears_it() {
    // So often that the thread has the value at hand.
    (0..2_000).for_each(|_| drop(owned()));
    apply_filter_all_threads(&forbids(&[libc::SYS_membarrier])).expect("filters are allowed");
    OWNED.clear();
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
}
