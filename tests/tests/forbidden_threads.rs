//! Where a sandbox forbids new threads while the process runs, the end of a thread needs none.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::thread;

use cache_runtime::{cache_data, cache_resource};
use cache_tests::sandbox::forbids;
use seccompiler::apply_filter;

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
