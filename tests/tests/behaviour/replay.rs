use std::panic::catch_unwind;
use std::sync::{Arc, Barrier};
use std::thread;

use cache_runtime::{Input, bypass, cache_data, cache_resource, emit, observe, observe_async};
use cache_tests::CallLog;

struct Line(String);
struct Number(u32);

fn line(text: impl Into<String>) {
    emit(Line(text.into()));
}

/// What `f` shows: lines and numbers in one order.
fn shown<R>(f: impl FnOnce() -> R) -> Vec<String> {
    let shown = std::cell::RefCell::new(Vec::new());
    let on_line = |line: &Line| shown.borrow_mut().push(line.0.clone());
    let on_number = |number: &Number| shown.borrow_mut().push(number.0.to_string());
    observe(on_line, || observe(on_number, f));
    shown.into_inner()
}

#[test]
fn what_a_body_showed_is_shown_again_at_every_hit_in_order() {
    static LOG: CallLog = CallLog::new();

    #[cache_data]
    fn page(x: u32) -> u32 {
        LOG.ran("page");
        line("first");
        emit(Number(x));
        line("last");
        x
    }

    for _ in 0..3 {
        assert_eq!(shown(|| page(7)), ["first", "7", "last"]);
    }
    LOG.expect(["page"]);
    page(8);
    assert_eq!(shown(|| page(8)), ["first", "8", "last"], "also what nobody saw when it ran");
}

#[test]
fn nested_calls_are_shown_in_their_place_be_they_run_or_served() {
    #[cache_data]
    fn part(x: u32) -> u32 {
        emit(Number(x));
        x
    }

    #[cache_data]
    fn whole(_log: &CallLog) -> u32 {
        line("before");
        let sum = part(1) + part(2) + part(1);
        line("after");
        sum
    }

    let log = CallLog::new();
    part(2);
    let all = ["before", "1", "2", "1", "after"];
    assert_eq!(shown(|| whole(&log)), all);
    PART.clear();
    assert_eq!(shown(|| whole(&log)), all);
    assert_eq!(PART.stats().misses, 2, "the parts were not run for that");
}

#[test]
fn every_observer_of_the_type_is_told_the_innermost_first() {
    #[cache_data(no_handle)]
    fn once() -> u32 {
        emit(Number(1));
        line("not for these");
        1
    }

    for _ in 0..2 {
        let told = std::cell::RefCell::new(Vec::new());
        let tell = |who: &'static str| {
            let told = &told;
            move |number: &Number| told.borrow_mut().push((who, number.0))
        };
        observe(tell("outer"), || observe(tell("inner"), once));
        assert_eq!(told.into_inner(), [("inner", 1), ("outer", 1)]);
    }
}

#[test]
fn nothing_is_recorded_of_a_body_that_failed() {
    static OK: Input<bool> = Input::new(|| false);

    #[cache_data]
    fn fallible() -> Result<u32, String> {
        line(format!("ok is {}", bypass(|| OK.get())));
        if OK.get() { Ok(1) } else { Err("no".to_owned()) }
    }

    #[cache_data(no_handle)]
    fn panicking(_how: &str) -> u32 {
        line(_how);
        assert_ne!(_how, "badly");
        1
    }

    assert_eq!(shown(fallible), ["ok is false"]);
    OK.set(true);
    assert_eq!(shown(fallible), ["ok is true"]);
    assert_eq!(shown(fallible), ["ok is true"]);
    assert_eq!(shown(|| drop(catch_unwind(|| panicking("badly")))), ["badly"]);
    assert_eq!(shown(|| panicking("well")), ["well"]);
    assert_eq!(shown(|| panicking("badly")), ["well"]);
}

#[test]
fn those_who_waited_are_shown_what_the_body_showed() {
    static INSIDE: Barrier = Barrier::new(2);

    #[cache_data]
    fn slow() -> u32 {
        INSIDE.wait();
        line("slow");
        while SLOW_WAITS.load(std::sync::atomic::Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
        thread::sleep(std::time::Duration::from_millis(20));
        1
    }
    static SLOW_WAITS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

    let first = thread::spawn(|| shown(slow));
    INSIDE.wait();
    let second = thread::spawn(|| {
        SLOW_WAITS.store(1, std::sync::atomic::Ordering::SeqCst);
        shown(slow)
    });
    assert_eq!(
        (first.join().expect("no assertion fails"), second.join().expect("no assertion fails")),
        (vec!["slow".to_owned()], vec!["slow".to_owned()])
    );
    assert_eq!(SLOW.stats().misses, 1);
}

#[test]
fn what_is_not_kept_or_bypassed_is_shown_once_per_run() {
    #[cache_data(cache_if = |_| false, no_handle)]
    fn never() -> u32 {
        line("never");
        1
    }

    #[cache_data(no_handle)]
    fn kept() -> u32 {
        line("kept");
        1
    }

    assert_eq!(shown(|| never() + never()), ["never", "never"]);
    assert_eq!(shown(|| bypass(|| kept() + kept()) + kept()), ["kept", "kept", "kept"]);
}

#[test]
fn an_observer_may_call_cached_functions_and_raise_events_for_those_around_it() {
    #[cache_data(no_handle)]
    fn noisy(x: u32) -> u32 {
        emit(Number(x));
        x
    }

    for _ in 0..2 {
        let mut numbers = Vec::new();
        let inner = |number: &Number| {
            if number.0 < 3 {
                noisy(number.0 + 1);
            }
        };
        observe(|number: &Number| numbers.push(number.0), || observe(inner, || noisy(1)));
        assert_eq!(numbers, [2, 1]);
    }
}

#[test]
fn a_panic_in_an_observer_is_its_callers_and_the_next_call_is_as_ever() {
    #[cache_data(no_handle)]
    fn told() -> u32 {
        line("told");
        1
    }

    for _ in 0..2 {
        assert!(catch_unwind(|| observe(|_: &Line| panic!("no"), told)).is_err());
    }
    assert_eq!(shown(told), ["told"]);
    assert_eq!(shown(told), ["told"]);
}

#[test]
fn resources_show_too_and_events_live_no_longer_than_their_entry() {
    struct Tracked(#[expect(dead_code, reason = "kept alive by the event")] Arc<()>);
    static ALIVE: std::sync::OnceLock<Arc<()>> = std::sync::OnceLock::new();

    #[cache_resource]
    fn resource() -> Arc<u32> {
        emit(Tracked(Arc::clone(ALIVE.get_or_init(Arc::default))));
        line("opened");
        Arc::new(1)
    }

    assert_eq!(shown(resource), ["opened"]);
    assert_eq!(shown(resource), ["opened"]);
    assert_eq!(Arc::strong_count(ALIVE.get().expect("it was opened")), 2);
    RESOURCE.clear();
    assert_eq!(Arc::strong_count(ALIVE.get().expect("it was opened")), 1);
    assert_eq!(shown(resource), ["opened"]);
    assert_eq!(RESOURCE.stats().misses, 2);
}

#[test]
fn the_drop_of_an_event_may_call_back() {
    struct Calls(u32);
    impl Drop for Calls {
        fn drop(&mut self) {
            if self.0 > 0 {
                CALLED.entry(self.0).clear();
                called(self.0 - 1);
            }
        }
    }

    #[cache_data(max_entries = 2)]
    fn called(x: u32) -> u32 {
        emit(Calls(x));
        x
    }

    for x in 0..if cfg!(miri) { 20 } else { 500 } {
        called(x % 7);
    }
    CALLED.clear();
    assert!(CALLED.len() <= 2);
}

#[test]
fn what_an_observer_reads_counts_for_the_bodies_around_it_only() {
    static STYLE: Input<u32> = Input::new(|| 1);

    #[cache_data]
    fn plain() -> u32 {
        line("plain");
        1
    }

    #[cache_data]
    fn styled() -> u32 {
        let mut style = 0;
        observe(|_: &Line| style = STYLE.get(), plain);
        style
    }

    assert_eq!(styled(), 1);
    STYLE.set(2);
    assert_eq!((styled(), plain()), (2, 1));
    assert_eq!((STYLED.stats().misses, PLAIN.stats().misses), (2, 1));
}

#[test]
fn a_body_that_shows_depends_on_inputs_like_any_other() {
    static NAME: Input<&str> = Input::new(|| "Ada");

    #[cache_data]
    fn greet() -> u32 {
        line(format!("Hello {}", NAME.get()));
        1
    }

    assert_eq!(shown(greet), ["Hello Ada"]);
    NAME.set("Grace");
    assert_eq!(shown(greet), ["Hello Grace"]);
    NAME.set("Ada");
    assert_eq!(shown(greet), ["Hello Ada"]);
    assert_eq!(GREET.stats().misses, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_are_told_their_own_events_only() {
    #[cache_data(no_handle)]
    async fn counted(task: u32) -> u32 {
        for step in 0..5 {
            tokio::task::yield_now().await;
            emit(Number(task * 10 + step));
        }
        task
    }

    let tasks = (0..if cfg!(miri) { 4 } else { 40 }).map(|task| {
        tokio::spawn(async move {
            for _ in 0..3 {
                let mut seen = Vec::new();
                observe_async(|number: &Number| seen.push(number.0), counted(task % 20)).await;
                let first = task % 20 * 10;
                assert_eq!(seen, (first..first + 5).collect::<Vec<_>>());
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no assertion fails");
    }
}
