//! What a sandbox forbids while the process runs (a filter of system calls, as containers have them) ends nothing.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use cache_runtime::{cache_data, cache_resource};
use cache_tests::Alive;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter, apply_filter_all_threads};

/// A filter that has these system calls fail.
fn forbids(calls: &[i64]) -> BpfProgram {
    let rules = calls.iter().map(|&call| (call, Vec::new())).collect();
    let architecture = std::env::consts::ARCH.try_into().expect("one that filters can be made for");
    let fails = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, fails, architecture).expect("the rules are right");
    filter.try_into().expect("the rules are right")
}

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
    // A thread that goes on has dropped what was left to it when it has read another value.
    OWNED.clear();
    (0..2_000).for_each(|_| drop(owned(0)));
    OWNED.clear();
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
}

#[cache_resource(scope = "thread", cheap_clone)]
fn of_thread(x: u32) -> Arc<u32> {
    Arc::new(x)
}

#[cache_data]
fn of_all(x: u32) -> u32 {
    x
}

#[test]
fn where_no_thread_can_be_made_a_thread_ends_as_ever() {
    struct CallsWhenDropped;
    impl Drop for CallsWhenDropped {
        fn drop(&mut self) {
            assert_eq!(of_all(7), 7);
            OF_ALL.entry(6).clear();
        }
    }
    thread_local!(static LAST: CallsWhenDropped = const { CallsWhenDropped });
    let ended = thread::spawn(|| {
        LAST.with(|_| ());
        of_thread(1);
        of_all(6);
        apply_filter(&forbids(&[libc::SYS_clone, libc::SYS_clone3])).expect("filters are allowed");
    });
    ended.join().expect("nothing panics");
    assert_eq!((OF_THREAD.len(), OF_ALL.entry(7).get(), OF_ALL.entry(6).get()), (0, Some(7), None));
}
