use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Input, Outcome, bypass, cache_data, cache_resource, emit, observe, refresh, trace};
use cache_tests::CallLog;

#[test]
fn a_changed_input_recomputes_and_an_earlier_value_is_served() {
    static LOG: CallLog = CallLog::new();
    static ZOOM: Input<f64> = Input::new(|| 1.0);

    #[cache_data(no_handle)]
    fn width(pixels: u32) -> f64 {
        LOG.ran(format!("width({pixels}) at {}", ZOOM.get()));
        f64::from(pixels) * ZOOM.get()
    }

    assert_eq!((width(10), width(10)), (10.0, 10.0));
    ZOOM.set(2.0);
    assert_eq!((width(10), width(10)), (20.0, 20.0));
    ZOOM.set(1.0);
    assert_eq!((width(10), width(20)), (10.0, 20.0));
    LOG.expect(["width(10) at 1", "width(10) at 2", "width(20) at 1"]);
    ZOOM.set(1.0);
    width(10);
    LOG.expect_nothing();
}

#[test]
fn an_input_that_decides_which_other_is_read_counts_with_it_alone() {
    static LOG: CallLog = CallLog::new();
    static DETAILED: Input<bool> = Input::new(|| false);
    static DEPTH: Input<u32> = Input::new(|| 1);

    #[cache_data]
    fn page() -> String {
        let page = if DETAILED.get() { format!("depth {}", DEPTH.get()) } else { "plain".to_owned() };
        LOG.ran(page.clone());
        page
    }

    page();
    DEPTH.set(2);
    page();
    LOG.expect(["plain"]);
    DETAILED.set(true);
    page();
    DEPTH.set(3);
    page();
    LOG.expect(["depth 2", "depth 3"]);
    DEPTH.set(2);
    assert_eq!(page(), "depth 2");
    DETAILED.set(false);
    assert_eq!(page(), "plain");
    DEPTH.set(3);
    assert_eq!(page(), "plain");
    DETAILED.set(true);
    assert_eq!(page(), "depth 3");
    LOG.expect_nothing();
    assert_eq!(PAGE.len(), 3);
}

static NESTED_LOG: CallLog = CallLog::new();
static UNIT: Input<String> = Input::new(|| "mm".to_owned());

#[cache_data]
fn inner(x: u32) -> String {
    NESTED_LOG.ran(format!("inner({x})"));
    format!("{x} {}", UNIT.get())
}

#[cache_data]
fn outer(x: u32) -> String {
    NESTED_LOG.ran(format!("outer({x})"));
    format!("[{}]", inner(x))
}

#[test]
fn what_nested_calls_read_counts_for_the_outer_ones_on_their_hits_too() {
    inner(1);
    NESTED_LOG.expect(["inner(1)"]);
    assert_eq!(outer(1), "[1 mm]", "the nested call hits");
    NESTED_LOG.expect(["outer(1)"]);
    UNIT.set("cm".to_owned());
    assert_eq!(outer(1), "[1 cm]");
    NESTED_LOG.expect(["outer(1)", "inner(1)"]);
    UNIT.set("mm".to_owned());
    assert_eq!((outer(1).as_str(), inner(1).as_str()), ("[1 mm]", "1 mm"));
    NESTED_LOG.expect_nothing();
}

#[test]
fn an_error_of_a_nested_call_counts_with_what_it_read() {
    static FAILS: Input<bool> = Input::new(|| true);

    #[cache_data]
    fn fallible() -> Result<u32, String> {
        if FAILS.get() { Err("no".to_owned()) } else { Ok(1) }
    }

    #[cache_data]
    fn or_zero() -> u32 {
        fallible().unwrap_or(0)
    }

    assert_eq!((or_zero(), or_zero()), (0, 0));
    assert_eq!(OR_ZERO.stats().misses, 1);
    FAILS.set(false);
    assert_eq!(or_zero(), 1);
    FAILS.set(true);
    assert_eq!(or_zero(), 0);
    assert_eq!((OR_ZERO.stats().misses, FALLIBLE.len()), (2, 1));
}

#[test]
fn results_for_different_states_are_entries_each() {
    static PAGE: Input<u32> = Input::new(|| 0);

    #[cache_data(max_entries = 3)]
    fn shown(x: u32) -> u32 {
        x + PAGE.get()
    }

    for page in 0..10 {
        PAGE.set(page);
        shown(1);
    }
    assert_eq!(SHOWN.len(), 3);
    assert_eq!(SHOWN.stats().evictions, 7);
    PAGE.set(8);
    shown(1);
    PAGE.set(9);
    shown(1);
    assert_eq!(SHOWN.stats().misses, 10);
    PAGE.set(0);
    assert_eq!(shown(1), 1);
    assert_eq!(SHOWN.stats().misses, 11);
    SHOWN.clear();
    assert!(SHOWN.is_empty());
    assert_eq!(shown(1), 1);
    assert_eq!((SHOWN.len(), SHOWN.stats().misses), (1, 12));
}

#[test]
fn an_entry_is_that_of_the_present_state_and_is_cleared_in_all() {
    static SIDE: Input<char> = Input::new(|| 'l');

    #[cache_data(ttl = "10s", name = "SIDE_OF")]
    fn side(x: u32) -> String {
        format!("{x}{}", SIDE.get())
    }

    let clock = Clock::new();
    clock.enter(|| {
        let entry = SIDE_OF.entry(1);
        side(1);
        clock.advance(Duration::from_secs(4));
        SIDE.set('r');
        assert!(!entry.contains());
        side(1);
        assert_eq!((entry.get(), entry.age()), (Some("1r".to_owned()), Some(Duration::ZERO)));
        SIDE.set('l');
        assert_eq!((entry.get(), entry.age()), (Some("1l".to_owned()), Some(Duration::from_secs(4))));
        side(2);
        entry.clear();
        assert_eq!(SIDE_OF.len(), 1);
        SIDE.set('r');
        assert!(!entry.contains());
        entry.insert("primed".to_owned());
        SIDE.set('l');
        assert_eq!((side(1).as_str(), side(2).as_str()), ("primed", "2l"));
        clock.advance(Duration::from_secs(10));
        assert_eq!((side(1).as_str(), SIDE_OF.len()), ("1l", 1));
    });
}

#[test]
fn a_body_that_sees_an_input_change_is_not_kept() {
    static TICK: Input<u32> = Input::new(|| 0);

    #[cache_data]
    fn torn() -> (u32, u32) {
        let before = TICK.get();
        if before == 0 {
            TICK.set(1);
        }
        (before, TICK.get())
    }

    assert_eq!(torn(), (0, 1));
    assert!(TORN.is_empty());
    assert_eq!((torn(), torn()), ((1, 1), (1, 1)));
    assert_eq!((TORN.len(), TORN.stats().misses), (1, 2));
}

#[test]
fn those_who_wait_get_no_value_that_was_made_for_another_state() {
    static LOG: CallLog = CallLog::new();
    static SHOWN: Input<u32> = Input::new(|| 1);
    static INSIDE: Barrier = Barrier::new(2);
    static GO_ON: Barrier = Barrier::new(2);

    #[cache_data]
    fn slow() -> u32 {
        let read = SHOWN.get();
        LOG.ran(format!("slow at {read}"));
        if read == 1 {
            INSIDE.wait();
            GO_ON.wait();
        }
        read
    }

    let first = thread::spawn(slow);
    INSIDE.wait();
    SHOWN.set(2);
    let second = thread::spawn(slow);
    thread::sleep(Duration::from_millis(20));
    GO_ON.wait();
    assert_eq!((first.join().expect("no assertion fails"), second.join().expect("no assertion fails")), (1, 2));
    LOG.expect(["slow at 1", "slow at 2"]);
    assert_eq!(SLOW.len(), 2);
}

#[test]
fn a_read_outside_and_on_other_threads_is_no_part_of_a_record() {
    static HERE: Input<u32> = Input::new(|| 1);
    static THERE: Input<u32> = Input::new(|| 1);

    #[cache_data]
    fn body() -> u32 {
        let elsewhere = thread::spawn(|| THERE.get());
        elsewhere.join().expect("no assertion fails") + HERE.get()
    }

    assert_eq!((THERE.get(), body()), (1, 2));
    THERE.set(5);
    assert_eq!(body(), 2, "what another thread read is not noticed");
    HERE.set(2);
    assert_eq!(body(), 7);
}

#[test]
fn refresh_validate_and_bypass_go_by_the_present_state() {
    static STATE: Input<u32> = Input::new(|| 1);
    static RUNS: CallLog = CallLog::new();

    #[cache_data(validate = |value| *value != 3)]
    fn read() -> u32 {
        RUNS.ran(STATE.get().to_string());
        STATE.get()
    }

    read();
    STATE.set(2);
    read();
    RUNS.expect(["1", "2"]);
    let (_, calls) = trace(|| (refresh(read), read(), bypass(read)));
    let outcomes: Vec<_> = calls.iter().map(|call| call.outcome).collect();
    assert!(matches!(outcomes[..], [Outcome::Miss(_), Outcome::Hit, Outcome::Bypassed]));
    RUNS.expect(["2", "2"]);
    STATE.set(1);
    read();
    RUNS.expect_nothing();
    STATE.set(3);
    read();
    read();
    RUNS.expect(["3", "3"]);
    assert_eq!(READ.len(), 3);
}

#[test]
fn a_resource_may_depend_on_an_input() {
    static HOST: Input<&str> = Input::new(|| "a");

    #[cache_resource(on_release = |host| RELEASED.ran(host.to_string()))]
    fn connection() -> Arc<str> {
        Arc::from(HOST.get())
    }
    static RELEASED: CallLog = CallLog::new();

    let a = connection();
    HOST.set("b");
    let b = connection();
    HOST.set("a");
    assert!(Arc::ptr_eq(&a, &connection()) && !Arc::ptr_eq(&a, &b));
    CONNECTION.entry().clear();
    RELEASED.expect_sorted(["a", "b"]);
}

#[tokio::test]
async fn an_async_body_may_read_inputs_before_and_after_it_waits() {
    static FIRST: Input<u32> = Input::new(|| 1);
    static SECOND: Input<u32> = Input::new(|| 1);

    #[cache_data]
    async fn sum() -> u32 {
        let first = FIRST.get();
        tokio::task::yield_now().await;
        first + SECOND.get()
    }

    assert_eq!(sum().await, 2);
    SECOND.set(2);
    assert_eq!(sum().await, 3);
    FIRST.set(3);
    assert_eq!(sum().await, 5);
    SECOND.set(1);
    FIRST.set(1);
    assert_eq!(sum().await, 2);
    assert_eq!(SUM.stats().misses, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_record_their_own_reads_only() {
    static INPUTS: [Input<usize>; 8] = [const { Input::new(|| 0) }; 8];

    #[cache_data]
    async fn own(task: usize) -> usize {
        let mut sum = 0;
        for _ in 0..20 {
            tokio::task::yield_now().await;
            sum = INPUTS[task].get();
        }
        sum
    }

    let tasks: Vec<_> = (0..8).map(|task| tokio::spawn(own(task))).collect();
    for task in tasks {
        task.await.expect("no assertion fails");
    }
    for (changed, input) in INPUTS.iter().enumerate() {
        input.set(1);
        let ((), calls) = cache_runtime::trace_async(async {
            for task in 0..8 {
                own(task).await;
            }
        })
        .await;
        let misses: Vec<_> = (0..8).filter(|&task| calls[task].outcome != Outcome::Hit).collect();
        assert_eq!(misses, [changed]);
    }
}

#[test]
fn a_refresh_that_reads_more_is_served_from_then_on() {
    static LOG: CallLog = CallLog::new();
    static FIRST: Input<u32> = Input::new(|| 1);
    static SECOND: Input<u32> = Input::new(|| 1);
    static READS_BOTH: AtomicBool = AtomicBool::new(false);

    #[cache_data]
    fn reads(x: u32) -> u32 {
        LOG.ran("reads");
        let first = FIRST.get();
        if READS_BOTH.load(Ordering::SeqCst) { x + first + SECOND.get() } else { x + first }
    }

    assert_eq!(reads(1), 2);
    READS_BOTH.store(true, Ordering::SeqCst);
    assert_eq!(refresh(|| reads(1)), 3);
    assert_eq!((READS.len(), reads(1)), (1, 3));
    LOG.expect(["reads", "reads"]);
}

#[test]
fn what_is_let_go_before_a_body_is_no_part_of_it() {
    static IS_VALID: AtomicBool = AtomicBool::new(true);
    static READ: Input<u32> = Input::new(|| 1);

    #[cache_resource(validate = |_| IS_VALID.load(Ordering::SeqCst), on_release = |x| emit(**x + READ.get()))]
    fn replaced(x: u32) -> Arc<u32> {
        Arc::new(x)
    }

    replaced(1);
    IS_VALID.store(false, Ordering::SeqCst);
    replaced(1);
    IS_VALID.store(true, Ordering::SeqCst);
    let mut seen = Vec::new();
    observe(|event: &u32| seen.push(*event), || replaced(1));
    READ.set(7);
    replaced(1);
    assert_eq!((seen.len(), REPLACED.stats().misses), (0, 2));
}
