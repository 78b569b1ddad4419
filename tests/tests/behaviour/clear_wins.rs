use std::sync::Barrier;
use std::thread;

use cache_runtime::cache_data;

/// Runs `load` on another thread, and `act` while its body runs: between the two waits of the barrier.
fn during<R: Send>(running: &Barrier, load: impl FnOnce() -> R + Send, act: impl FnOnce()) -> R {
    thread::scope(|scope| {
        let load = scope.spawn(load);
        running.wait();
        act();
        running.wait();
        load.join().expect("the body does not panic")
    })
}

fn body(running: &Barrier) {
    running.wait();
    running.wait();
}

#[cache_data]
fn by_function(_running: &Barrier, x: u32) -> u32 {
    body(_running);
    x
}

#[test]
fn a_clear_of_the_function_wins_against_a_running_body() {
    let running = Barrier::new(2);
    assert_eq!(during(&running, || by_function(&running, 1), || BY_FUNCTION.clear()), 1);
    assert_eq!(BY_FUNCTION.len(), 0);
}

#[cache_data]
fn by_entry(_running: &Barrier, x: u32) -> u32 {
    body(_running);
    x
}

#[test]
fn a_clear_of_the_entry_wins_and_one_of_another_entry_does_not_matter() {
    let running = Barrier::new(2);
    assert_eq!(during(&running, || by_entry(&running, 1), || BY_ENTRY.entry(1).clear()), 1);
    assert!(!BY_ENTRY.entry(1).contains());
    assert_eq!(during(&running, || by_entry(&running, 1), || BY_ENTRY.entry(2).clear()), 1);
    assert!(BY_ENTRY.entry(1).contains());
}

#[cache_data(single_flight = false)]
fn by_everyone(_running: &Barrier, x: u32) -> u32 {
    body(_running);
    x
}

#[test]
fn a_clear_wins_without_single_flight_too() {
    let running = Barrier::new(2);
    during(&running, || by_everyone(&running, 1), || BY_EVERYONE.entry(1).clear());
    assert_eq!(BY_EVERYONE.len(), 0);
    during(&running, || by_everyone(&running, 1), || BY_EVERYONE.clear());
    assert_eq!(BY_EVERYONE.len(), 0);
}

#[cache_data]
fn inserted(_running: &Barrier) -> u32 {
    body(_running);
    1
}

#[test]
fn what_is_inserted_wins_against_a_running_body() {
    let running = Barrier::new(2);
    let returned = during(&running, || inserted(&running), || INSERTED.entry().insert(2));
    assert_eq!((returned, INSERTED.entry().get()), (1, Some(2)));
}

#[cache_data]
fn rerun(_running: &Barrier, _round: u32) -> u32 {
    body(_running);
    _round
}

#[test]
fn callers_after_the_clear_do_not_get_what_began_before_it() {
    let (first, second) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let old = scope.spawn(|| rerun(&first, 1));
        first.wait();
        RERUN.clear();
        let new = scope.spawn(|| rerun(&second, 2));
        // The second body runs although the first has not ended.
        second.wait();
        first.wait();
        assert_eq!(old.join().ok(), Some(1));
        assert_eq!(RERUN.entry().get(), None);
        second.wait();
        assert_eq!(new.join().ok(), Some(2));
    });
    assert_eq!(RERUN.entry().get(), Some(2));
}

#[cache_data]
fn clears_itself(x: u32) -> u32 {
    CLEARS_ITSELF.clear();
    x
}

#[test]
fn a_body_may_clear_its_own_function() {
    assert_eq!(clears_itself(1), 1);
    assert_eq!(CLEARS_ITSELF.len(), 0);
}
