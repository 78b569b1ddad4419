use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use cache_runtime::testing::Clock;
use cache_runtime::{
    Input, Outcome, Session, Surroundings, bypass, bypass_async, cache_data, emit, isolated, isolated_async, observe,
    observe_async, refresh, trace, trace_async,
};
use cache_tests::{Alive, CallLog, end_of};
use futures::executor::block_on;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

/// On another thread, to which what surrounds this call is carried.
fn elsewhere<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    let here = Surroundings::current();
    thread::scope(|scope| scope.spawn(|| here.enter(f)).join().expect("nothing panics"))
}

#[test]
fn inputs_read_there_count_for_the_bodies_that_carried_them() {
    static ZOOM: Input<u32> = Input::new(|| 1);
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn inner(x: u32) -> u32 {
        LOG.ran(format!("inner({x})"));
        x * ZOOM.get()
    }

    #[cache_data]
    fn outer(x: u32) -> u32 {
        LOG.ran(format!("outer({x})"));
        elsewhere(|| elsewhere(|| inner(x)) + ZOOM.get())
    }

    assert_eq!((outer(3), outer(3)), (4, 4));
    LOG.expect(["outer(3)", "inner(3)"]);
    ZOOM.set(2);
    assert_eq!(outer(3), 8);
    LOG.expect(["outer(3)", "inner(3)"]);
    ZOOM.set(1);
    assert_eq!(outer(3), 4);
    LOG.expect_nothing();
}

#[test]
fn without_being_carried_nothing_goes_along() {
    #[cache_data(scope = "session")]
    fn of_session() -> u32 {
        1
    }

    let alone = |f: fn() -> u32| thread::scope(|scope| scope.spawn(f).join().expect("nothing panics"));
    isolated(|| {
        Session::new().enter(|| alone(of_session));
        assert_eq!(OF_SESSION.stats().bypassed, 0);
    });
    assert_eq!(OF_SESSION.stats().bypassed, 1);
}

#[test]
fn events_raised_there_are_kept_in_their_order_and_told_when_the_observers_thread_comes_back() {
    #[cache_data]
    fn page() -> u32 {
        emit("first");
        elsewhere(|| emit("second"));
        elsewhere(|| {
            // Who observes there is told at once.
            let mut seen = Vec::new();
            observe(|event: &&str| seen.push(*event), || emit("third"));
            assert_eq!(seen, ["third"]);
        });
        1
    }

    let seen_in = |f: &dyn Fn()| {
        let mut seen = Vec::new();
        observe(|event: &&str| seen.push(*event), f);
        seen
    };
    let all = ["first", "second", "third"];
    assert_eq!(seen_in(&|| assert_eq!(page(), 1)), all);
    assert_eq!(seen_in(&|| assert_eq!(page(), 1)), all);
    assert_eq!((PAGE.stats().misses, PAGE.stats().hits), (1, 1));
    // Without a body around them, and on the thread itself.
    assert_eq!(seen_in(&|| elsewhere(|| emit("alone"))), ["alone"]);
    assert_eq!(seen_in(&|| Surroundings::current().enter(|| emit("here"))), ["here"]);
    let late = {
        let mut here = None;
        observe(|_: &&str| unreachable!("nobody observes any more"), || here = Some(Surroundings::current()));
        here.expect("it was taken")
    };
    late.enter(|| emit("late"));
}

#[test]
fn every_surrounding_goes_along() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(ttl = "1h")]
    fn plain() -> u32 {
        LOG.ran("plain");
        1
    }

    #[cache_data(scope = "session")]
    fn of_session() -> u32 {
        LOG.ran("of_session");
        1
    }

    isolated(|| {
        elsewhere(plain);
        assert_eq!(plain(), 1);
        LOG.expect(["plain"]);
        elsewhere(|| assert_eq!(PLAIN.len(), 1));
        bypass(|| elsewhere(plain));
        LOG.expect(["plain"]);
        refresh(|| elsewhere(plain));
        LOG.expect(["plain"]);
        let (_, calls) = trace(|| elsewhere(plain));
        assert_eq!(calls.iter().map(|call| call.outcome).collect::<Vec<_>>(), [Outcome::Hit]);
        let clock = Clock::pause();
        plain();
        clock.advance("2h");
        elsewhere(plain);
        LOG.expect(["plain"]);
        let session = Session::new();
        session.enter(|| {
            elsewhere(of_session);
            of_session();
        });
        LOG.expect(["of_session"]);
    });
    elsewhere(plain);
    LOG.expect(["plain"]);
}

#[test]
fn closures_that_a_pool_runs_at_once_have_what_surrounds_the_body_that_made_them() {
    static ZOOM: Input<u32> = Input::new(|| 1);
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn zoomed(x: u32) -> u32 {
        LOG.ran("zoomed");
        x * ZOOM.get()
    }

    #[cache_data]
    fn sum(n: u32) -> u32 {
        LOG.ran("sum");
        let here = Surroundings::current();
        (0..n).into_par_iter().map(|_| here.enter(|| zoomed(3))).sum()
    }

    let zoomed_by = |zoom| {
        Session::new().enter(|| {
            ZOOM.set(zoom);
            (sum(100), sum(100))
        })
    };
    assert_eq!(zoomed_by(1), (300, 300));
    LOG.expect(["sum", "zoomed"]);
    assert_eq!(zoomed_by(2), (600, 600));
    LOG.expect(["sum", "zoomed"]);
}

#[test]
fn what_tasks_that_start_each_other_carry_on_is_still_what_surrounded_the_first() {
    #[cache_data]
    fn answer() -> u32 {
        42
    }

    let all = || {
        let mut seen = 0;
        observe(
            |_: &u8| seen += 1,
            || {
                let mut here = Surroundings::current();
                for _ in 0..100_000 {
                    here = here.enter(Surroundings::current);
                }
                here.enter(|| (emit(1_u8), answer()));
            },
        );
        assert_eq!((seen, ANSWER.len()), (1, 1));
    };
    // A row that grows would take minutes.
    assert_eq!(end_of(move || isolated(all)), Ok(()));
    assert_eq!(ANSWER.len(), 0);
}

#[test]
fn what_surrounds_the_other_thread_is_not_there_inside_and_comes_back() {
    #[cache_data]
    fn plain() -> u32 {
        1
    }

    let here = Surroundings::current();
    isolated(|| {
        bypass(|| {
            here.enter(plain);
            plain();
        });
        assert_eq!((PLAIN.stats().bypassed, PLAIN.len()), (1, 0));
    });
    assert_eq!((PLAIN.stats().misses, PLAIN.stats().bypassed), (1, 0));
}

#[test]
fn a_task_carries_them_over_threads_and_awaits() {
    static ZOOM: Input<u32> = Input::new(|| 1);

    #[cache_data]
    async fn part(x: u32) -> u32 {
        tokio::task::yield_now().await;
        x * ZOOM.get()
    }

    #[cache_data]
    async fn sum() -> u32 {
        let here = Surroundings::current();
        let tasks: Vec<_> = (0..10).map(|x| tokio::spawn(here.instrument(part(x)))).collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.expect("nothing panics");
        }
        let blocking = tokio::task::spawn_blocking(move || here.enter(|| ZOOM.get()));
        sum + blocking.await.expect("nothing panics")
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("it starts");
    runtime.block_on(isolated_async(async {
        assert_eq!((sum().await, sum().await), (46, 46));
        ZOOM.set(2);
        let ((), calls) = trace_async(async { assert_eq!(sum().await, 92) }).await;
        assert_eq!(calls.len(), 11);
        assert_eq!((SUM.stats().misses, SUM.stats().hits, PART.stats().misses), (2, 1, 20));
        bypass_async(async { sum().await }).await;
        assert_eq!((SUM.stats().bypassed, PART.stats().bypassed), (1, 10));
    }));
    assert_eq!((SUM.len(), PART.len()), (0, 0));
}

#[test]
fn an_observer_of_a_future_is_told_of_what_its_tasks_raise() {
    async fn raise() {
        let task = Surroundings::current().instrument(async { emit(1_u32) });
        thread::spawn(|| block_on(task)).join().expect("nothing panics");
        futures::future::ready(()).await;
        emit(2_u32);
    }

    let mut seen = Vec::new();
    block_on(observe_async(|number: &u32| seen.push(*number), raise()));
    seen.sort_unstable();
    assert_eq!(seen, [1, 2]);
}

#[test]
fn what_a_thread_does_when_the_body_has_ended_is_nothing_to_it() {
    static ZOOM: Input<u32> = Input::new(|| 1);
    static RAN: AtomicU32 = AtomicU32::new(0);

    #[cache_data]
    fn begins_a_thread() -> u32 {
        RAN.fetch_add(1, Ordering::SeqCst)
    }

    let (send, receive) = channel();
    let (end, ended) = channel();
    let here = isolated(|| {
        let here = Surroundings::current();
        begins_a_thread();
        here
    });
    thread::spawn(move || {
        receive.recv().expect("it is sent");
        // The isolation is over: it just runs.
        here.enter(|| {
            begins_a_thread();
            begins_a_thread();
            ZOOM.get();
        });
        end.send(()).expect("it is waited for");
    });
    send.send(()).expect("it is waited for");
    ended.recv().expect("it ends");
    assert_eq!((RAN.load(Ordering::SeqCst), BEGINS_A_THREAD.len()), (3, 0));
}

#[test]
fn a_call_that_would_wait_for_the_body_that_waits_for_it_panics() {
    #[cache_data]
    fn waits(x: u32) -> u32 {
        let here = Surroundings::current();
        let call = thread::spawn(move || here.enter(|| waits(x)));
        call.join().unwrap_or(0)
    }

    assert_eq!(end_of(|| waits(1)), Ok(0));
}

#[test]
fn a_task_that_is_dropped_before_its_end_gives_nothing_up_but_itself() {
    static LIVE: AtomicU32 = AtomicU32::new(0);
    static IS_FIRST: AtomicBool = AtomicBool::new(true);

    #[cache_data]
    fn drops_a_task() -> u32 {
        if IS_FIRST.swap(false, Ordering::SeqCst) {
            let alive = Alive::new(&LIVE);
            let mut task = Box::pin(Surroundings::current().instrument(async move {
                let _alive = alive;
                std::future::pending::<()>().await;
            }));
            block_on(async { assert!(futures::poll!(&mut task).is_pending()) });
            drop(task);
            // As ever, where the same arguments are asked for inside the body.
            assert!(std::panic::catch_unwind(drops_a_task).is_err());
        }
        1
    }

    assert_eq!((drops_a_task(), LIVE.load(Ordering::SeqCst)), (1, 0));
}

#[test]
fn the_session_around_a_call_can_be_taken_along_and_lasts_as_long_as_somebody_has_it() {
    static LIVE: AtomicU32 = AtomicU32::new(0);

    #[cache_data(scope = "session")]
    fn of_session() -> std::sync::Arc<Alive> {
        std::sync::Arc::new(Alive::new(&LIVE))
    }

    assert!(Session::current().is_none());
    let session = Session::new();
    let same = session.enter(|| {
        of_session();
        Session::current().expect("it goes on")
    });
    drop(session);
    assert_eq!((same.enter(|| OF_SESSION.entry().contains()), LIVE.load(Ordering::SeqCst)), (true, 1));
    let frames = same.enter(Surroundings::current);
    drop(same);
    assert_eq!(LIVE.load(Ordering::SeqCst), 0);
    assert!(frames.enter(Session::current).is_none());
}
