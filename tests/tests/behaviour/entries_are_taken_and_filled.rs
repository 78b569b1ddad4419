//! An entry can be taken out by whoever wants its value, and filled by something else than the body, as a call does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Input, MissReason, Outcome, Session, bypass, cache_data, cache_resource, refresh, trace};
use cache_tests::{Alive, CallLog, end_of};

static ROWS: CallLog = CallLog::new();

#[cache_data(ttl = "10s", stale_if_error = "1m")]
fn row(id: u32) -> Result<u32, String> {
    ROWS.ran(format!("{id}"));
    Ok(id * 10)
}

#[test]
fn what_is_removed_is_handed_back_and_gone() {
    let clock = Clock::new();
    clock.enter(|| {
        assert_eq!(ROW.entry(1).remove(), None);
        assert_eq!((row(1), row(2)), (Ok(10), Ok(20)));
        assert_eq!(ROW.entry(1).remove(), Some(10));
        assert_eq!((ROW.entry(1).remove(), ROW.len()), (None, 1));
        assert_eq!(row(1), Ok(10));
        ROWS.expect(["1", "2", "1"]);
        clock.advance(Duration::from_secs(11));
        assert_eq!(ROW.entry(1).remove(), None, "as `get` has it, nothing is there");
    });
}

#[test]
fn of_those_who_remove_an_entry_at_the_same_time_one_gets_it() {
    #[cache_data]
    fn token(_round: u32) -> String {
        "token".to_owned()
    }

    for round in 0..200 {
        token(round);
        let got: usize = thread::scope(|scope| {
            let remove = || TOKEN.entry().remove().into_iter().count();
            let others = [scope.spawn(remove), scope.spawn(remove)];
            remove() + others.map(|other| other.join().expect("nothing panics")).iter().sum::<usize>()
        });
        assert_eq!(got, 1);
    }
}

static RELEASED: AtomicU32 = AtomicU32::new(0);
static ALIVE: AtomicU32 = AtomicU32::new(0);

#[cache_resource(on_release = |_| { RELEASED.fetch_add(1, Ordering::SeqCst); })]
fn pool(_url: &str) -> Arc<Alive> {
    Arc::new(Alive::new(&ALIVE))
}

#[test]
fn a_removed_resource_is_released_and_lives_as_long_as_it_is_held() {
    let used = pool("a");
    let removed = POOL.entry().remove().expect("it was kept");
    assert!(Arc::ptr_eq(&used, &removed));
    assert_eq!((RELEASED.load(Ordering::SeqCst), ALIVE.load(Ordering::SeqCst)), (1, 1));
    drop((used, removed));
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
}

#[test]
fn what_runs_while_its_entry_is_removed_is_not_kept() {
    #[cache_data]
    fn removes_itself(x: u32) -> u32 {
        assert_eq!(REMOVES_ITSELF.entry(x).remove(), None);
        x
    }

    assert_eq!(removes_itself(1), 1);
    assert!(REMOVES_ITSELF.is_empty());
}

static ZOOM: Input<u32> = Input::new(|| 1);

#[test]
fn of_values_for_several_states_the_one_for_here_and_now_is_handed_back_and_all_leave() {
    #[cache_data]
    fn zoomed(x: u32) -> u32 {
        x * ZOOM.get()
    }

    let (near, far) = (Session::new(), Session::new());
    near.enter(|| ZOOM.set(10));
    assert_eq!((near.enter(|| zoomed(3)), far.enter(|| zoomed(3))), (30, 3));
    assert_eq!(near.enter(|| ZOOMED.entry(3).remove()), Some(30));
    assert!(ZOOMED.is_empty());
}

static SQUARES: CallLog = CallLog::new();

#[cache_data(cache_if = |v| *v < 100, validate = |v| *v != 13)]
fn square(x: u32) -> u32 {
    SQUARES.ran("the body");
    x * x
}

#[test]
fn an_entry_is_filled_by_a_closure_in_place_of_the_body() {
    let fill = |value: u32| {
        move || {
            SQUARES.ran(format!("{value}"));
            value
        }
    };
    assert_eq!(SQUARE.entry(3).get_or_insert_with(fill(10)), 10);
    assert_eq!((square(3), SQUARE.entry(3).get_or_insert_with(fill(11))), (10, 10));
    SQUARES.expect(["10"]);
    let stats = SQUARE.stats();
    assert_eq!((stats.misses, stats.hits, stats.entries), (1, 2, 1));

    // `cache_if`, `validate`, `refresh` and `bypass` as in a call.
    assert_eq!(SQUARE.entry(4).get_or_insert_with(fill(100)), 100);
    assert_eq!(SQUARE.entry(4).get_or_insert_with(fill(13)), 13);
    let (value, calls) = trace(|| SQUARE.entry(4).get_or_insert_with(fill(14)));
    assert_eq!((value, calls[0].outcome), (14, Outcome::Miss(MissReason::Invalid)));
    assert_eq!(refresh(|| SQUARE.entry(4).get_or_insert_with(fill(15))), 15);
    assert_eq!(bypass(|| SQUARE.entry(4).get_or_insert_with(fill(16))), 16);
    assert_eq!(square(4), 15);
    SQUARES.expect(["100", "13", "14", "15", "16"]);
}

#[test]
fn callers_of_the_function_and_of_its_entry_wait_for_one_another() {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    fn run() -> u32 {
        RUNS.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        7
    }

    #[cache_data]
    fn slow() -> Result<u32, String> {
        Ok(run())
    }

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(slow(), Ok(7)));
            scope.spawn(|| assert_eq!(SLOW.entry().get_or_insert_with(run), 7));
        }
    });
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
    let stats = SLOW.stats();
    assert_eq!((stats.misses, stats.hits + stats.waits), (1, 15));
}

#[test]
fn who_waits_for_a_body_that_fails_fills_the_entry() {
    #[cache_data]
    fn fails(x: u32) -> Result<u32, String> {
        let filler = thread::spawn(move || FAILS.entry(x).get_or_insert_with(|| 5));
        // Long enough for it to wait, in most runs; the outcome is the same if it does not.
        thread::sleep(Duration::from_millis(10));
        FILLER.lock().expect("nothing panics").replace(filler);
        Err("down".to_owned())
    }
    static FILLER: std::sync::Mutex<Option<thread::JoinHandle<u32>>> = std::sync::Mutex::new(None);

    assert_eq!(fails(1), Err("down".to_owned()));
    let filler = FILLER.lock().expect("nothing panics").take().expect("it was started");
    assert_eq!(filler.join().expect("nothing panics"), 5);
    assert_eq!(fails(1), Ok(5));
}

#[test]
fn an_entry_is_not_filled_from_inside_its_own_body_or_filling() {
    #[cache_data]
    fn fact(x: u32) -> u32 {
        FACT.entry(x).get_or_insert_with(|| 1)
    }

    let message = "recursive call of `behaviour::entries_are_taken_and_filled::fact` with the same arguments";
    assert_eq!(end_of(|| fact(1)), Err(message.to_owned()));
    assert_eq!(
        end_of(|| FACT.entry(2).get_or_insert_with(|| FACT.entry(2).get_or_insert_with(|| 1))),
        Err(message.into())
    );
    assert_eq!(end_of(|| FACT.entry(3).get_or_insert_with(|| FACT.entry(4).get_or_insert_with(|| 1))), Ok(1));
}

#[test]
fn a_clear_wins_against_what_fills_an_entry() {
    #[cache_data]
    fn one(x: u32) -> u32 {
        x
    }

    let value = ONE.entry(1).get_or_insert_with(|| {
        ONE.clear();
        7
    });
    assert_eq!((value, ONE.len(), one(1)), (7, 0, 1));
}

#[test]
fn a_filling_that_panics_keeps_nothing() {
    #[cache_data]
    fn two() -> u32 {
        2
    }

    assert_eq!(end_of(|| TWO.entry().get_or_insert_with(|| panic!("no value"))), Err("no value".to_owned()));
    assert_eq!((TWO.len(), two()), (0, 2));
}
