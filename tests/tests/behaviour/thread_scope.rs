use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{CACHE_RESOURCE, MissReason, Outcome, cache_data, cache_resource, trace};
use cache_tests::{Alive, CallLog};
use parking_lot::Mutex;

#[test]
fn each_thread_has_its_own_entries_and_nothing_has_to_be_sent() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(scope = "thread")]
    fn shared_list(x: u32) -> Rc<RefCell<Vec<u32>>> {
        LOG.ran(format!("shared_list({x})"));
        Rc::new(RefCell::new(vec![x]))
    }

    shared_list(1).borrow_mut().push(2);
    assert_eq!(*shared_list(1).borrow(), [1, 2]);
    LOG.expect(["shared_list(1)"]);
    thread::spawn(|| assert_eq!(*shared_list(1).borrow(), [1])).join().expect("no assertion fails");
    LOG.expect(["shared_list(1)"]);
    assert_eq!((SHARED_LIST.len(), SHARED_LIST.stats().misses, SHARED_LIST.stats().hits), (1, 2, 1));
}

#[test]
fn a_resource_of_a_thread_is_one_instance() {
    #[cache_resource(scope = "thread")]
    fn counter() -> Rc<Cell<u32>> {
        Rc::new(Cell::new(0))
    }

    #[cache_resource(scope = "thread", no_handle)]
    fn fallible(_ok: bool) -> Result<Rc<Cell<u32>>, String> {
        if _ok { Ok(Rc::new(Cell::new(0))) } else { Err("no".to_owned()) }
    }

    counter().set(7);
    assert_eq!(counter().get(), 7);
    assert!(fallible(false).is_err());
    assert!(Rc::ptr_eq(&fallible(true).expect("one was kept"), &fallible(false).expect("one was kept")));
    COUNTER.clear();
    assert_eq!(counter().get(), 0);
}

/// Stays on its thread.
#[derive(Clone)]
struct Here(#[expect(dead_code, reason = "counts")] Alive, #[expect(dead_code, reason = "stays")] Rc<()>);

fn here(count: &'static AtomicU32) -> Here {
    Here(Alive::new(count), Rc::default())
}

#[test]
fn values_are_dropped_when_they_leave_and_when_their_thread_ends() {
    static ALIVE: AtomicU32 = AtomicU32::new(0);
    static LOG: CallLog = CallLog::new();

    #[cache_resource(scope = "thread", max_entries = 2, cheap_clone, on_release = |_| LOG.ran("release"))]
    fn kept(x: u32) -> Here {
        assert!(x < 100);
        here(&ALIVE)
    }

    thread::spawn(|| {
        for x in 0..5 {
            kept(x);
        }
        assert_eq!(ALIVE.load(Ordering::SeqCst), 2);
        LOG.expect(["release"; 3]);
    })
    .join()
    .expect("no assertion fails");
    assert_eq!((ALIVE.load(Ordering::SeqCst), KEPT.len()), (0, 0));
    LOG.expect(["release"; 2]);
}

#[test]
fn what_another_thread_clears_is_gone_at_once_and_dropped_by_its_own() {
    static ALIVE: AtomicU32 = AtomicU32::new(0);
    static FILLED: Barrier = Barrier::new(2);
    static CLEARED: Barrier = Barrier::new(2);

    #[cache_data(scope = "thread")]
    fn far(x: u32) -> Here {
        assert!(x < 100);
        here(&ALIVE)
    }

    let owner = thread::spawn(|| {
        far(1);
        far(2);
        FILLED.wait();
        CLEARED.wait();
        let ((), calls) = trace(|| drop(far(1)));
        assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Absent));
        assert_eq!(ALIVE.load(Ordering::SeqCst), 1);
    });
    FILLED.wait();
    assert_eq!(FAR.len(), 2);
    FAR.clear();
    assert_eq!((FAR.len(), ALIVE.load(Ordering::SeqCst)), (0, 2));
    CLEARED.wait();
    owner.join().expect("no assertion fails");
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
}

#[test]
fn lifetimes_validation_and_entries_are_as_ever() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(scope = "thread", ttl = "10s", validate = |value| value.get() < 5)]
    fn cell(x: u32) -> Rc<Cell<u32>> {
        LOG.ran(format!("cell({x})"));
        Rc::new(Cell::new(x))
    }

    let clock = Clock::new();
    clock.enter(|| {
        cell(1);
        assert_eq!(CELL.entry(1).get().expect("it is kept").get(), 1);
        clock.advance(Duration::from_secs(10));
        cell(1).set(9);
        LOG.expect(["cell(1)", "cell(1)"]);
        assert_eq!(cell(1).get(), 1);
        LOG.expect(["cell(1)"]);
        CELL.entry(2).insert(Rc::new(Cell::new(3)));
        assert_eq!(cell(2).get(), 3);
        LOG.expect_nothing();
    });
}

#[test]
fn two_tasks_of_a_thread_share_one_run() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(scope = "thread", no_handle)]
    async fn slow(x: u32) -> Rc<u32> {
        LOG.ran(format!("slow({x})"));
        tokio::task::yield_now().await;
        Rc::new(x)
    }

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    let (one, two) = runtime.block_on(async { tokio::join!(slow(1), slow(1)) });
    assert!(Rc::ptr_eq(&one, &two));
    LOG.expect(["slow(1)"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_changes_threads_gets_its_value() {
    #[cache_data(scope = "thread")]
    async fn wandering(x: u32) -> String {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        x.to_string()
    }

    let tasks: Vec<_> = (0..40).map(|x| tokio::spawn(async move { (x % 5, wandering(x % 5).await) })).collect();
    for task in tasks {
        let (x, value) = task.await.expect("no assertion fails");
        assert_eq!(value, x.to_string());
    }
    assert!(WANDERING.len() <= 15);
}

#[test]
fn a_value_whose_drop_calls_the_function_does_no_harm() {
    struct Calls(Rc<u32>);
    impl Clone for Calls {
        fn clone(&self) -> Self {
            Self(Rc::clone(&self.0))
        }
    }
    impl Drop for Calls {
        fn drop(&mut self) {
            if *self.0 < 3 && Rc::strong_count(&self.0) == 1 {
                calls(*self.0 + 1);
            }
        }
    }

    #[cache_data(scope = "thread")]
    fn calls(x: u32) -> Calls {
        Calls(Rc::new(x))
    }

    thread::spawn(|| {
        calls(0);
        CALLS.clear();
        calls(1);
    })
    .join()
    .expect("no assertion fails");
}

#[test]
fn a_value_that_was_not_kept_is_dropped_at_once_and_nobody_is_told() {
    static ALIVE: AtomicU32 = AtomicU32::new(0);
    static LOG: CallLog = CallLog::new();

    #[cache_resource(scope = "thread", cheap_clone, max_bytes = 10, weigh = |_| 11, on_release = |_| LOG.ran("release"))]
    fn too_heavy(x: u32) -> Here {
        assert!(x < 100);
        here(&ALIVE)
    }

    #[cache_resource(scope = "thread", cheap_clone, on_release = |_| LOG.ran("release"))]
    fn cleared(x: u32) -> Here {
        assert!(x < 100);
        CLEARED.clear();
        here(&ALIVE)
    }

    #[cache_resource(scope = "thread", cheap_clone, cache_if = |_| false, on_release = |_| LOG.ran("release"))]
    async fn refused(x: u32) -> Here {
        tokio::task::yield_now().await;
        assert!(x < 100);
        here(&ALIVE)
    }

    thread::spawn(|| {
        for x in 0..10 {
            drop((too_heavy(x), cleared(x)));
            TOO_HEAVY.entry(x).insert(here(&ALIVE));
            // The second waits for the first, and gets what it made.
            drop(futures::executor::block_on(async { futures::join!(refused(x), refused(x)) }));
            assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
        }
        assert_eq!(REFUSED.stats().waits, 10);
    })
    .join()
    .expect("no assertion fails");
    LOG.expect_nothing();
}

static ENDS: Mutex<Option<(Sender<()>, JoinHandle<()>)>> = Mutex::new(None);
static TOLD: AtomicU32 = AtomicU32::new(0);

/// Leaves first; its thread ends before the rest of the clear.
#[cache_resource(tags("leaves late"), on_release = |_| {
    let (end, thread) = ENDS.lock().take().expect("there is one");
    end.send(()).expect("it waits");
    thread.join().expect("no assertion fails");
})]
fn leaves_first() -> Arc<()> {
    Arc::default()
}

#[cache_resource(scope = "thread", tags("leaves late"), on_release = |_| { TOLD.fetch_add(1, Ordering::SeqCst); })]
fn leaves_late() -> Rc<()> {
    Rc::default()
}

#[test]
fn what_others_clear_while_its_thread_ends_is_told_too() {
    leaves_first();
    let (end, ends) = channel();
    let (kept, is_kept) = channel();
    let thread = thread::spawn(move || {
        leaves_late();
        kept.send(()).expect("it is waited for");
        ends.recv().expect("it is told");
    });
    is_kept.recv().expect("it keeps one");
    *ENDS.lock() = Some((end, thread));
    CACHE_RESOURCE.clear_tag("leaves late");
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
}
