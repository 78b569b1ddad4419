//! Runs cached functions that take a while, for the tests to look at what is shown meanwhile.

#![expect(clippy::print_stdout, reason = "a program that tells how far it came")]

use std::panic::catch_unwind;
use std::thread::sleep;
use std::time::Duration;

use cache_runtime::cache_data;

fn work() {
    sleep(Duration::from_millis(350));
}

#[cache_data(show_spinner)]
fn slow(x: u32) -> u32 {
    work();
    x
}

#[cache_data(show_spinner = "Reading the files", show_time)]
fn with_text() -> u32 {
    work();
    nested()
}

#[cache_data(show_spinner = "never seen, because it is nested")]
fn nested() -> u32 {
    work();
    1
}

#[cache_data(show_spinner = "Until it panics")]
fn panics() -> u32 {
    work();
    panic!("as it should");
}

#[cache_data(show_spinner = "Waiting")]
async fn waits() -> u32 {
    tokio::time::sleep(Duration::from_millis(350)).await;
    1
}

#[cache_data(show_spinner = "Until it is cancelled")]
async fn cancelled() -> u32 {
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    1
}

#[cache_data(show_spinner = false)]
fn quiet() -> u32 {
    work();
    1
}

fn main() {
    slow(1);
    slow(1);
    with_text();
    std::panic::set_hook(Box::new(|_| ()));
    assert!(catch_unwind(panics).is_err());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
    runtime.block_on(async {
        waits().await;
        assert!(tokio::time::timeout(Duration::from_millis(350), cancelled()).await.is_err());
    });
    quiet();
    println!("done");
}
