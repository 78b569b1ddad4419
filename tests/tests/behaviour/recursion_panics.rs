use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use cache_runtime::cache_data;

/// Runs `f` on a thread of its own and gives the message it panics with, instead of hanging.
fn panic_in_time<R>(f: impl FnOnce() -> R + Send + 'static) -> String {
    let (send, receive) = channel();
    thread::spawn(move || {
        let panic = catch_unwind(AssertUnwindSafe(f)).err();
        let message = panic.and_then(|panic| panic.downcast::<String>().ok());
        send.send(message.map_or_else(|| "no panic".into(), |message| *message))
    });
    // A second of a busy machine is over soon, and so is one of miri's own clock.
    receive.recv_timeout(Duration::from_secs(if cfg!(miri) { 60 } else { 20 })).unwrap_or_else(|_| "it hangs".into())
}

#[cache_data]
fn itself(x: u32) -> u32 {
    itself(x)
}

#[test]
fn a_call_of_the_same_key_inside_its_own_body_panics() {
    let message = panic_in_time(|| itself(1));
    assert_eq!(message, "recursive call of `behaviour::recursion_panics::itself` with the same arguments");
    assert_eq!(ITSELF.len(), 0);
}

#[cache_data(single_flight = false)]
fn itself_alone(x: u32) -> u32 {
    itself_alone(x)
}

#[test]
fn it_panics_without_single_flight_too() {
    let message = panic_in_time(|| itself_alone(1));
    assert!(message.starts_with("recursive call of "), "{message}");
}

#[cache_data]
fn clears_and_calls_itself(x: u32) -> u32 {
    CLEARS_AND_CALLS_ITSELF.clear();
    clears_and_calls_itself(x)
}

#[test]
fn a_clear_in_between_does_not_hide_it() {
    let message = panic_in_time(|| clears_and_calls_itself(1));
    assert!(message.starts_with("recursive call of "), "{message}");
}

#[cache_data]
async fn itself_later(x: u32) -> u32 {
    tokio::task::yield_now().await;
    Box::pin(itself_later(x)).await
}

#[test]
fn it_panics_across_await() {
    let message = panic_in_time(|| futures::executor::block_on(itself_later(1)));
    assert_eq!(message, "recursive call of `behaviour::recursion_panics::itself_later` with the same arguments");
}

#[cache_data]
async fn itself_among_others(x: u32) -> u32 {
    let others = (0..2).map(|step| async move {
        tokio::task::yield_now().await;
        Box::pin(itself_among_others(x + step)).await
    });
    if x > 5 { x } else { futures::future::join_all(others).await.into_iter().sum() }
}

#[test]
fn it_panics_in_a_future_among_others() {
    let message = panic_in_time(|| futures::executor::block_on(itself_among_others(1)));
    assert!(message.starts_with("recursive call of "), "{message}");
}

#[cache_data]
fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

#[cache_data]
async fn fibonacci_later(n: u64) -> u64 {
    if n < 2 { n } else { Box::pin(fibonacci_later(n - 1)).await + Box::pin(fibonacci_later(n - 2)).await }
}

#[test]
fn other_keys_recurse_freely() {
    assert_eq!(fibonacci(90), 2_880_067_194_370_816_120);
    assert_eq!(FIBONACCI.stats().misses, 91);
    assert_eq!(futures::executor::block_on(fibonacci_later(50)), 12_586_269_025);
}

#[cache_data]
fn ping(x: u32) -> u32 {
    pong(x)
}

#[cache_data]
fn pong(x: u32) -> u32 {
    ping(x)
}

#[test]
fn a_circle_of_functions_panics() {
    let message = panic_in_time(|| ping(1));
    assert_eq!(message, "recursive call of `behaviour::recursion_panics::ping` with the same arguments");
}

#[cache_data]
fn starts_on_the_right() -> u32 {
    right_of_two()
}

#[cache_data]
fn left_of_two() -> u32 {
    meet();
    right_of_two()
}

#[cache_data]
fn right_of_two() -> u32 {
    meet();
    left_of_two()
}

static BOTH_INSIDE: Barrier = Barrier::new(2);

/// Lets the first two bodies be inside at once; those that run after a panic do not wait.
fn meet() {
    static MET: AtomicU32 = AtomicU32::new(0);
    if MET.fetch_add(1, Ordering::Relaxed) < 2 {
        BOTH_INSIDE.wait();
    }
}

#[test]
fn a_circle_over_two_threads_panics_instead_of_waiting_for_ever() {
    let one = thread::spawn(|| panic_in_time(left_of_two));
    let other = thread::spawn(|| panic_in_time(starts_on_the_right));
    for message in [one.join(), other.join()] {
        let message = message.expect("the panic was caught");
        assert!(message.starts_with("recursive call of "), "{message}");
    }
}
