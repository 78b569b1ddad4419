use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, LazyLock};
use std::task::{Context, Poll, Waker};
use std::thread;

use cache_runtime::{Input, Outcome, Session, cache_data, cache_resource, emit, observe_async, refresh, trace};
use cache_tests::{Alive, CallLog};

#[test]
fn each_session_has_its_own_entries() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(scope = "session")]
    fn own(x: u32) -> u32 {
        LOG.ran(format!("own({x})"));
        x
    }

    let (one, two) = (Session::new(), Session::new());
    one.enter(|| own(1) + own(1));
    two.enter(|| own(1));
    one.enter(|| own(1));
    LOG.expect(["own(1)", "own(1)"]);
    assert_eq!(OWN.len(), 2);
    assert_eq!((OWN.stats().hits, OWN.stats().misses), (2, 2));
    one.enter(|| OWN.entry(1).clear());
    assert_eq!(OWN.len(), 1);
    two.enter(|| own(1));
    LOG.expect_nothing();
    OWN.clear();
    assert!(OWN.is_empty());
    two.enter(|| own(1));
    LOG.expect(["own(1)"]);
}

#[test]
fn outside_a_session_it_runs_uncached_and_counts_as_bypassed() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(scope = "session", max_entries = 1)]
    fn alone() -> u32 {
        LOG.ran("alone");
        1
    }

    let (_, calls) = trace(|| alone() + alone());
    assert!(calls.iter().all(|call| call.outcome == Outcome::Bypassed));
    LOG.expect(["alone", "alone"]);
    assert_eq!((ALONE.stats().bypassed, ALONE.len()), (2, 0));
    ALONE.entry().insert(5);
    assert_eq!((ALONE.entry().get(), alone()), (None, 1));
    let session = Session::new();
    session.enter(|| ALONE.entry().insert(5));
    assert_eq!(session.enter(alone), 5);
    thread::spawn(alone).join().expect("no assertion fails");
    LOG.expect(["alone", "alone"]);
}

#[test]
fn a_dropped_session_takes_its_entries_with_it() {
    static LOG: CallLog = CallLog::new();

    #[cache_resource(scope = "session", on_release = |name| LOG.ran(format!("release {name}")))]
    fn named(name: &str) -> Arc<str> {
        Arc::from(name)
    }

    let (one, two) = (Session::new(), Session::new());
    let held = one.enter(|| named("one"));
    two.enter(|| named("two"));
    drop(one);
    LOG.expect(["release one"]);
    assert_eq!((Arc::strong_count(&held), NAMED.len()), (1, 1));
    NAMED.clear();
    LOG.expect(["release two"]);
    drop(two);
    LOG.expect_nothing();
}

#[test]
fn what_a_body_returns_when_its_session_is_over_is_not_kept() {
    static INSIDE: Barrier = Barrier::new(2);
    static GO_ON: Barrier = Barrier::new(2);
    static LOG: CallLog = CallLog::new();

    #[cache_resource(scope = "session", on_release = |_| LOG.ran("release"))]
    fn slow() -> Arc<u32> {
        INSIDE.wait();
        GO_ON.wait();
        Arc::new(1)
    }

    let session = Session::new();
    let call = session.enter_async(async { slow() });
    let caller = thread::spawn(|| futures::executor::block_on(call));
    INSIDE.wait();
    drop(session);
    GO_ON.wait();
    assert_eq!(Arc::strong_count(&caller.join().expect("no assertion fails")), 1);
    assert!(SLOW.is_empty());
    LOG.expect_nothing();
}

#[test]
fn inputs_have_their_values_per_session_and_equal_ones_share_what_is_kept_for_all() {
    static LOG: CallLog = CallLog::new();
    static FILTER: Input<String> = Input::new(String::new);

    #[cache_data]
    fn listed() -> String {
        LOG.ran(format!("listed {:?}", FILTER.get()));
        FILTER.get()
    }

    let (one, two) = (Session::new(), Session::new());
    one.enter(|| FILTER.set("rs".to_owned()));
    assert_eq!((one.enter(listed), two.enter(listed), listed()), ("rs".to_owned(), String::new(), String::new()));
    LOG.expect([r#"listed "rs""#, r#"listed """#]);
    FILTER.set("toml".to_owned());
    assert_eq!((one.enter(listed), two.enter(listed)), ("rs".to_owned(), "toml".to_owned()));
    two.enter(|| FILTER.set("rs".to_owned()));
    assert_eq!(two.enter(listed), "rs");
    LOG.expect([r#"listed "toml""#]);
    one.enter(|| two.enter(|| FILTER.set("md".to_owned())));
    assert_eq!((one.enter(listed), FILTER.get()), ("rs".to_owned(), "toml".to_owned()));
}

#[test]
fn bounds_and_statistics_hold_for_each_and_for_all() {
    #[cache_data(scope = "session", max_entries = 2, tags("bounded"))]
    fn bounded(x: u32) -> u32 {
        x
    }

    let sessions: Vec<_> = (0..3).map(|_| Session::new()).collect();
    for session in &sessions {
        session.enter(|| assert_eq!((0..5).map(bounded).sum::<u32>(), 10));
    }
    let stats = BOUNDED.stats();
    assert_eq!((stats.entries, stats.misses, stats.evictions), (6, 15, 9));
    cache_runtime::CACHE_DATA.clear_tag("bounded");
    assert!(BOUNDED.is_empty());
}

#[test]
fn a_nested_function_of_all_is_shared_and_one_of_the_session_is_not() {
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn shared() -> u32 {
        LOG.ran("shared");
        1
    }

    #[cache_data(scope = "session", no_handle)]
    fn own() -> u32 {
        LOG.ran("own");
        shared()
    }

    for _ in 0..2 {
        let session = Session::new();
        session.enter(|| own() + own());
    }
    LOG.expect(["own", "shared", "own"]);
}

#[test]
fn a_function_of_all_that_calls_one_of_the_session_is_not_served_to_another() {
    static LOG: CallLog = CallLog::new();
    static NAME: Input<&str> = Input::new(|| "nobody");

    #[cache_data(scope = "session", no_handle)]
    fn name() -> String {
        NAME.get().to_owned()
    }

    #[cache_data]
    fn page() -> String {
        LOG.ran("page");
        format!("Hello {}", name().len())
    }

    #[cache_data]
    fn around() -> String {
        page()
    }

    let (one, two) = (Session::new(), Session::new());
    for _ in 0..2 {
        one.enter(around);
        two.enter(around);
        around();
    }
    LOG.expect(["page"; 3]);
    assert_eq!((PAGE.len(), AROUND.len()), (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_on_two_threads_see_only_their_own_session_and_events() {
    static USER: Input<u32> = Input::new(|| 1_000);

    #[cache_data(scope = "session")]
    async fn profile(page: u32) -> u32 {
        tokio::task::yield_now().await;
        let user = USER.get();
        emit((user, page));
        tokio::task::yield_now().await;
        user
    }

    const USERS: u32 = if cfg!(miri) { 4 } else { 40 };
    let tasks = (0..USERS).map(|user| {
        tokio::spawn(async move {
            let session = Session::new();
            let mut seen = Vec::new();
            let visits = session.enter_async(async {
                USER.set(user);
                for page in [0, 1, 0, 1] {
                    tokio::task::yield_now().await;
                    assert_eq!(profile(page).await, user);
                }
            });
            observe_async(|event: &(u32, u32)| seen.push(*event), visits).await;
            assert_eq!(seen, [(user, 0), (user, 1), (user, 0), (user, 1)]);
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no assertion fails");
    }
    assert_eq!((PROFILE.stats().misses, PROFILE.stats().hits), (2 * u64::from(USERS), 2 * u64::from(USERS)));
    assert!(PROFILE.is_empty());
    assert_eq!(USER.get(), 1_000);
}

#[test]
fn a_session_may_be_used_on_many_threads_at_a_time() {
    const CALLS: u32 = if cfg!(miri) { 10 } else { 100 };

    #[cache_data(scope = "session")]
    fn counted(x: u32) -> u32 {
        x * 2
    }

    let session = Session::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| session.enter(|| (0..CALLS).for_each(|x| assert_eq!(counted(x), x * 2))));
        }
    });
    assert_eq!((COUNTED.stats().misses, COUNTED.len()), (u64::from(CALLS), CALLS as usize));
}

#[test]
fn what_was_made_for_a_session_and_kept_for_all_leaves_with_it() {
    static LOG: CallLog = CallLog::new();
    static ALIVE: AtomicU32 = AtomicU32::new(0);
    static ZOOM: Input<u32> = Input::new(|| 1);

    #[cache_data(scope = "session")]
    fn user() -> u32 {
        7
    }

    #[cache_data]
    fn page(x: u32) -> (u32, Alive) {
        // The session is neither the first nor the last that it depends on.
        let (zoom, user) = (ZOOM.get(), user());
        (x * zoom + user + ANGLE.get(), Alive::new(&ALIVE))
    }
    static ANGLE: Input<u32> = Input::new(|| 0);

    #[cache_resource(on_release = |_| LOG.ran("release"))]
    fn shared(x: u32) -> Arc<u32> {
        Arc::new(page(x).0)
    }

    let stays = Session::new();
    assert_eq!(stays.enter(|| page(0).0), 7);
    for x in 0..200 {
        let session = Session::new();
        assert_eq!(session.enter(|| (page(x).0, *shared(x))), (x + 7, x + 7));
        assert_eq!((PAGE.len(), SHARED.len()), (2, 1));
        drop(session);
        LOG.expect(["release"]);
        assert_eq!((PAGE.len(), SHARED.len(), ALIVE.load(Ordering::SeqCst)), (1, 0, 1));
    }
    let (_, calls) = trace(|| stays.enter(|| page(0).0));
    assert_eq!(calls[0].outcome, Outcome::Hit);
    // What left before is no concern of a session that ends.
    PAGE.clear();
    drop(stays);
    assert_eq!(PAGE.len(), 0);
}

#[test]
fn what_is_made_of_a_session_that_is_over_is_not_kept_for_all() {
    #[cache_data(scope = "session")]
    fn user() -> u32 {
        7
    }

    #[cache_data]
    async fn page() -> u32 {
        let user = user();
        tokio::task::yield_now().await;
        user
    }

    let session = Session::new();
    let mut future = Box::pin(session.enter_async(page()));
    let mut task = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut task).is_pending());
    drop(session);
    assert_eq!(future.as_mut().poll(&mut task), Poll::Ready(7));
    assert_eq!(PAGE.len(), 0);
}

#[test]
fn a_body_that_enters_a_session_by_itself_depends_on_what_it_read_there() {
    static LOG: CallLog = CallLog::new();
    static NAME: Input<String> = Input::new(|| "nobody".to_owned());
    static ADA: LazyLock<Session> = LazyLock::new(Session::new);

    #[cache_data(scope = "session")]
    fn of_session() -> u32 {
        7
    }

    #[cache_data]
    fn greeting() -> String {
        LOG.ran("greeting");
        ADA.enter(|| format!("Hello {} {}", NAME.get(), of_session()))
    }

    assert_eq!((greeting(), greeting()), ("Hello nobody 7".to_owned(), "Hello nobody 7".to_owned()));
    LOG.expect(["greeting"]);
    ADA.enter(|| NAME.set("Ada".to_owned()));
    assert_eq!((greeting(), Session::new().enter(greeting)), ("Hello Ada 7".to_owned(), "Hello Ada 7".to_owned()));
    LOG.expect(["greeting"]);
    // What the name is elsewhere does not matter.
    NAME.set("somebody".to_owned());
    assert_eq!(greeting(), "Hello Ada 7");
    LOG.expect_nothing();
}

#[test]
fn what_a_session_was_refreshed_with_leaves_with_it_too() {
    static READS_MORE: AtomicBool = AtomicBool::new(false);
    static MORE: Input<u32> = Input::new(|| 1);

    #[cache_data(scope = "session")]
    fn user() -> u32 {
        7
    }

    #[cache_data]
    fn page() -> u32 {
        if READS_MORE.load(Ordering::SeqCst) { user() + MORE.get() } else { user() }
    }

    for _ in 0..20 {
        let session = Session::new();
        READS_MORE.store(false, Ordering::SeqCst);
        assert_eq!(session.enter(page), 7);
        READS_MORE.store(true, Ordering::SeqCst);
        assert_eq!(session.enter(|| (refresh(page), page())), (8, 8));
    }
    assert_eq!(PAGE.len(), 0);
}

#[test]
fn what_is_primed_inside_a_session_is_for_it_alone_where_bodies_depend_on_sessions() {
    static LOG: CallLog = CallLog::new();
    static ZOOM: Input<u32> = Input::new(|| 1);

    #[cache_data(scope = "session")]
    fn user() -> u32 {
        7
    }

    #[cache_data]
    fn page(x: u32) -> u32 {
        LOG.ran(format!("page({x})"));
        // The session is neither the first nor the last that it depends on.
        x * ZOOM.get() + user() - 7 + ANGLE.get()
    }
    static ANGLE: Input<u32> = Input::new(|| 0);

    let (one, two) = (Session::new(), Session::new());
    assert_eq!((one.enter(|| page(1)), two.enter(|| page(1))), (1, 1));
    LOG.expect(["page(1)"; 2]);
    // Of these arguments it is known what they depend on, of the others only that some do; and who gets it depends on
    // nothing that bounds or clears have changed since.
    for x in [1, 2] {
        one.enter(|| PAGE.entry(x).insert(100));
        assert_eq!(one.enter(|| (page(x), PAGE.entry(x).get())), (100, Some(100)));
    }
    assert_eq!(one.enter(|| PAGE.entry(3).get_or_insert_with(|| 100)), 100);
    assert_eq!(one.enter(|| page(3)), 100);
    LOG.expect_nothing();
    let (_, calls) = trace(|| two.enter(|| page(1)));
    assert_eq!(calls[0].outcome, Outcome::Hit);
    assert_eq!((two.enter(|| (page(2), page(3))), page(1)), ((2, 3), 1));
    LOG.expect(["page(2)", "page(3)", "page(1)"]);
    PAGE.clear();
    one.enter(|| PAGE.entry(1).insert(100));
    assert_eq!((two.enter(|| page(1)), page(1)), (1, 1));
    LOG.expect(["page(1)"; 2]);
    one.enter(|| PAGE.entry(1).insert(100));
    assert_eq!((one.enter(|| page(1)), PAGE.len()), (100, 3));
    drop(one);
    assert_eq!(PAGE.len(), 2);
    // Outside of sessions nothing is of a session.
    PAGE.entry(1).insert(50);
    assert_eq!((two.enter(|| page(1)), page(1), PAGE.len()), (50, 50, 1));
    two.enter(|| PAGE.entry(1).insert(100));
    assert_eq!((two.enter(|| page(1)), page(1)), (100, 1));
    LOG.expect(["page(1)"]);
}

#[test]
fn what_is_primed_inside_a_session_is_for_what_its_inputs_are_there() {
    static LOG: CallLog = CallLog::new();
    static FILTER: Input<&str> = Input::new(|| "");

    #[cache_data]
    fn listed() -> String {
        LOG.ran(format!("listed {:?}", FILTER.get()));
        FILTER.get().to_owned()
    }

    let (one, two) = (Session::new(), Session::new());
    one.enter(|| FILTER.set("rs"));
    assert_eq!((one.enter(listed), two.enter(listed)), ("rs".to_owned(), String::new()));
    LOG.expect([r#"listed "rs""#, r#"listed """#]);
    one.enter(|| LISTED.entry().insert("primed".to_owned()));
    assert_eq!((one.enter(listed), two.enter(listed), listed()), ("primed".to_owned(), String::new(), String::new()));
    two.enter(|| FILTER.set("rs"));
    assert_eq!(two.enter(listed), "primed");
    LOG.expect_nothing();
}

#[test]
fn what_is_primed_inside_a_session_is_for_all_where_bodies_depend_on_nothing() {
    #[cache_data]
    fn square(x: u32) -> u32 {
        x * x
    }

    let session = Session::new();
    session.enter(|| square(2));
    session.enter(|| SQUARE.entry(3).insert(10));
    drop(session);
    assert_eq!((square(3), SQUARE.stats().misses), (10, 1));
}

#[test]
fn what_is_primed_for_a_session_that_is_over_is_not_kept() {
    #[cache_data(scope = "session")]
    fn user() -> u32 {
        7
    }

    #[cache_data]
    fn page(x: u32) -> u32 {
        x + user()
    }

    let (stays, session) = (Session::new(), Session::new());
    stays.enter(|| page(1));
    let priming = session.enter_async(async { PAGE.entry(2).insert(100) });
    drop(session);
    futures::executor::block_on(priming);
    assert_eq!((PAGE.len(), PAGE.entry(2).get()), (1, None));
}
