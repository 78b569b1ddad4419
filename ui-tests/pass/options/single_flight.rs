//! `single_flight = false` lets every caller run the body.

use std::sync::Barrier;

use cache_runtime::cache_data;

static BOTH_RUN: Barrier = Barrier::new(2);

#[cache_data(single_flight = false)]
fn everybody(x: u32) -> u32 {
    BOTH_RUN.wait();
    x
}

#[cache_data(single_flight = true)]
fn one(x: u32) -> u32 {
    x
}

fn main() {
    std::thread::scope(|scope| {
        scope.spawn(|| everybody(1));
        scope.spawn(|| everybody(1));
    });
    assert_eq!(EVERYBODY.stats().misses, 2);
    one(1);
    assert!(ONE.entry(1).contains());
}
