use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use cache_runtime::{
    CACHE_DATA, CACHE_RESOURCE, Input, Outcome, Session, bypass, cache_data, cache_resource, emit, isolated,
    isolated_async, observe, trace,
};
use cache_tests::{Alive, CallLog};
use futures::executor::block_on;
use parking_lot::Mutex;

#[test]
fn inside_caches_are_empty_and_what_is_kept_there_is_gone_at_the_end() {
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn plain(x: u32) -> u32 {
        LOG.ran(format!("plain({x})"));
        x
    }

    plain(1);
    LOG.expect(["plain(1)"]);
    let inside = isolated(|| {
        assert_eq!((PLAIN.len(), PLAIN.stats().misses), (0, 0));
        assert!(!PLAIN.entry(1).contains());
        plain(1);
        plain(2);
        plain(2);
        LOG.expect(["plain(1)", "plain(2)"]);
        assert!(PLAIN.entry(2).contains());
        PLAIN.stats()
    });
    assert_eq!((inside.entries, inside.misses, inside.hits), (2, 2, 1));
    assert_eq!((PLAIN.len(), PLAIN.stats().misses, PLAIN.stats().hits), (1, 1, 0));
    assert!(!PLAIN.entry(2).contains());
    plain(1);
    LOG.expect_nothing();
    isolated(|| plain(1));
    LOG.expect(["plain(1)"]);
}

#[test]
fn what_is_done_inside_is_nothing_to_those_outside() {
    #[cache_data(tags("isolation-tag"), max_entries = 10, ttl = "1h")]
    fn square(x: u32) -> u32 {
        x * x
    }

    #[cache_resource]
    fn table(x: u32) -> Arc<u32> {
        Arc::new(x)
    }

    for x in 0..5 {
        square(x);
    }
    let shared = table(1);
    isolated(|| {
        SQUARE.clear();
        CACHE_DATA.clear();
        CACHE_RESOURCE.clear();
        CACHE_DATA.clear_tag("isolation-tag");
        SQUARE.entry(1).clear();
        SQUARE.entry(2).insert(7);
        SQUARE.retain(|_| false);
        SQUARE.set_max_entries(1);
        SQUARE.set_ttl(std::time::Duration::from_nanos(1));
        SQUARE.reset_stats();
        CACHE_DATA.max_bytes(1);
        CACHE_DATA.sweep();
    });
    assert_eq!((SQUARE.len(), SQUARE.entry(2).get(), SQUARE.stats().misses), (5, Some(4), 5));
    assert!(Arc::ptr_eq(&shared, &table(1)));
}

#[test]
fn inside_families_know_of_what_was_used_there() {
    #[cache_data(max_entries = 3)]
    fn first(x: u32) -> u32 {
        x
    }

    #[cache_data(max_entries = 5)]
    fn second(x: u32) -> u32 {
        x
    }

    first(1);
    let outside = CACHE_DATA.find(FIRST.name()).expect("it was used");
    isolated(|| {
        assert!(CACHE_DATA.functions().is_empty() && CACHE_DATA.find(FIRST.name()).is_none());
        // What is set by a handle from outside goes by the function's own options.
        outside.set_max_entries(2);
        for x in 0..9 {
            first(x);
        }
        assert_eq!(outside.len(), 2);
        second(1);
        let functions = CACHE_DATA.functions();
        let told: Vec<_> = functions.iter().map(|function| (function.name, function.stats.misses)).collect();
        assert_eq!(told, [(FIRST.name(), 9), (SECOND.name(), 1)]);
        assert_eq!(functions[1].options.max_entries, Some(5));
    });
    assert_eq!((outside.len(), outside.info().options.max_entries), (1, Some(3)));
}

#[test]
fn at_the_end_values_leave_and_are_told_of_it() {
    static LIVE: AtomicU32 = AtomicU32::new(0);
    static LOG: CallLog = CallLog::new();

    #[cache_resource(on_release = |value| LOG.ran(format!("released {}", value.1)))]
    fn held(x: u32) -> Arc<(Alive, u32)> {
        Arc::new((Alive::new(&LIVE), x))
    }

    #[cache_data]
    fn data(_x: u32) -> Arc<Alive> {
        Arc::new(Alive::new(&LIVE))
    }

    isolated(|| {
        drop(held(1));
        drop(data(1));
        assert_eq!(LIVE.load(Ordering::SeqCst), 2);
        LOG.expect_nothing();
    });
    LOG.expect(["released 1"]);
    assert_eq!(LIVE.load(Ordering::SeqCst), 0);

    let panicked = std::panic::catch_unwind(|| {
        isolated(|| {
            drop(held(2));
            panic!("the test has failed");
        })
    });
    assert!(panicked.is_err());
    LOG.expect(["released 2"]);

    let mut future = Box::pin(isolated_async(async {
        drop(held(3));
        std::future::pending::<()>().await;
    }));
    block_on(async { assert!(futures::poll!(&mut future).is_pending()) });
    LOG.expect_nothing();
    drop(future);
    LOG.expect(["released 3"]);
    assert_eq!(LIVE.load(Ordering::SeqCst), 0);
}

#[test]
fn many_isolations_leave_nothing_behind() {
    static LIVE: AtomicU32 = AtomicU32::new(0);

    #[cache_data]
    fn global(_x: u32) -> Arc<Alive> {
        Arc::new(Alive::new(&LIVE))
    }

    #[cache_data(scope = "session")]
    fn of_session(_x: u32) -> Arc<Alive> {
        Arc::new(Alive::new(&LIVE))
    }

    #[cache_data(scope = "thread")]
    fn of_thread(_x: u32) -> Rc<Alive> {
        Rc::new(Alive::new(&LIVE))
    }

    let session = Session::new();
    for round in 0..200 {
        isolated(|| {
            drop(global(round));
            session.enter(|| drop(of_session(round)));
            drop(of_thread(round));
            assert_eq!(LIVE.load(Ordering::SeqCst), 3);
        });
        assert_eq!(LIVE.load(Ordering::SeqCst), 0);
    }
}

#[test]
fn every_scope_is_isolated() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(scope = "session")]
    fn of_session() -> u32 {
        LOG.ran("of_session");
        1
    }

    #[cache_data(scope = "thread")]
    fn of_thread() -> Rc<u32> {
        LOG.ran("of_thread");
        Rc::new(1)
    }

    let session = Session::new();
    let both = || {
        session.enter(of_session);
        of_thread();
    };
    both();
    LOG.expect(["of_session", "of_thread"]);
    isolated(|| {
        both();
        both();
        LOG.expect(["of_session", "of_thread"]);
        assert_eq!((OF_SESSION.len(), OF_THREAD.len()), (1, 1));
        OF_SESSION.clear();
        OF_THREAD.clear();
    });
    // The session around it is that inside, too.
    session.enter(|| isolated(of_session));
    LOG.expect(["of_session"]);
    both();
    LOG.expect_nothing();
    isolated(|| {
        let own = Session::new();
        own.enter(of_session);
        assert_eq!(OF_SESSION.len(), 1);
        drop(own);
        assert_eq!(OF_SESSION.len(), 0);
    });
}

#[test]
fn inputs_are_as_at_the_beginning() {
    static ZOOM: Input<u32> = Input::new(|| 1);
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn width(x: u32) -> u32 {
        LOG.ran(format!("width({x})"));
        x * ZOOM.get()
    }

    #[cache_data]
    fn outer() -> u32 {
        isolated(|| ZOOM.get())
    }

    ZOOM.set(2);
    let session = Session::new();
    session.enter(|| ZOOM.set(5));
    isolated(|| {
        assert_eq!(width(10), 10);
        ZOOM.set(3);
        assert_eq!((width(10), session.enter(|| width(10))), (30, 30));
        session.enter(|| ZOOM.set(7));
        assert_eq!((width(10), session.enter(|| width(10))), (30, 70));
    });
    LOG.expect(["width(10)", "width(10)", "width(10)"]);
    assert_eq!((width(10), session.enter(|| width(10))), (20, 50));
    LOG.expect(["width(10)", "width(10)"]);
    // What is read inside is nothing to those outside.
    outer();
    ZOOM.set(9);
    outer();
    assert_eq!((OUTER.stats().misses, OUTER.stats().hits), (1, 1));
}

#[test]
fn what_is_raised_inside_belongs_to_the_body_around_it() {
    #[cache_data]
    fn inner() -> u32 {
        emit("inner");
        1
    }

    #[cache_data]
    fn outer() -> u32 {
        isolated(inner)
    }

    let mut seen = Vec::new();
    observe(
        |event: &&str| seen.push(*event),
        || {
            outer();
            outer();
        },
    );
    assert_eq!((seen, OUTER.stats().hits, INNER.len()), (vec!["inner", "inner"], 1, 0));
}

#[test]
fn isolations_may_stand_in_each_other_and_beside_other_surroundings() {
    #[cache_data]
    fn plain(x: u32) -> u32 {
        x
    }

    isolated(|| {
        plain(1);
        isolated(|| {
            assert_eq!(PLAIN.len(), 0);
            plain(2);
            plain(3);
        });
        assert_eq!(PLAIN.len(), 1);
        let ((), calls) = trace(|| {
            plain(1);
            bypass(|| plain(1));
        });
        let outcomes: Vec<_> = calls.iter().map(|call| call.outcome).collect();
        assert_eq!(outcomes, [Outcome::Hit, Outcome::Bypassed]);
        assert_eq!(PLAIN.stats().bypassed, 1);
    });
    assert_eq!(PLAIN.stats().misses, 0);
}

#[test]
fn a_future_is_isolated_wherever_it_is_polled() {
    #[cache_data]
    async fn plain(x: u32) -> u32 {
        tokio::task::yield_now().await;
        x
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("it starts");
    runtime.block_on(async {
        let tasks: Vec<_> = (0..20)
            .map(|x| {
                tokio::spawn(isolated_async(async move {
                    for _ in 0..10 {
                        assert_eq!(plain(x).await, x);
                        tokio::task::yield_now().await;
                    }
                    (PLAIN.len(), PLAIN.stats().misses, PLAIN.stats().hits)
                }))
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.expect("no assertion fails"), (1, 1, 9));
        }
    });
    assert_eq!((PLAIN.len(), PLAIN.stats().misses), (0, 0));
}

#[test]
fn threads_that_are_isolated_do_not_see_each_other() {
    const CALLS: u32 = if cfg!(miri) { 100 } else { 10_000 };
    static STUBS: Mutex<Vec<(thread::ThreadId, u32)>> = Mutex::new(Vec::new());

    fn stub() -> u32 {
        let this = thread::current().id();
        STUBS.lock().iter().find(|(thread, _)| *thread == this).expect("it was set").1
    }

    /// What it returns depends on whose test it is: another's value would be seen.
    #[cache_data]
    fn stubbed(x: u32) -> u32 {
        stub() * 1_000 + x
    }

    let begin = Barrier::new(8);
    thread::scope(|scope| {
        for number in 1..=8 {
            let begin = &begin;
            scope.spawn(move || {
                STUBS.lock().push((thread::current().id(), number));
                begin.wait();
                isolated(|| {
                    for call in 0..CALLS {
                        assert_eq!(stubbed(call % 100), number * 1_000 + call % 100);
                    }
                    let stats = STUBBED.stats();
                    assert_eq!((stats.misses, stats.hits), (100, u64::from(CALLS) - 100));
                });
            });
        }
    });
    assert_eq!((STUBBED.len(), STUBBED.stats().hits + STUBBED.stats().misses), (0, 0));
}

#[test]
fn what_is_dropped_at_the_end_may_call_cached_functions() {
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn plain() -> u32 {
        LOG.ran("plain");
        1
    }

    struct Calls;

    impl Drop for Calls {
        fn drop(&mut self) {
            plain();
            PLAIN.clear();
            assert_eq!((PLAIN.len(), PLAIN.stats().misses), (0, 0));
        }
    }

    #[cache_data]
    fn calls() -> Arc<Calls> {
        Arc::new(Calls)
    }

    plain();
    isolated(|| drop(calls()));
    LOG.expect(["plain", "plain"]);
    assert_eq!((PLAIN.len(), PLAIN.stats().misses), (1, 1));
}
