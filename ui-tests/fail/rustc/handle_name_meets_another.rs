//! Where a handle's name takes the place of another that is only seen from afar.

use std::f64::consts::*;

use cache_runtime::cache_data;

#[cache_data]
fn tau(x: u32) -> u32 {
    x
}

fn square(radius: f64) -> f64 {
    radius * radius
}

trait Limited {
    const LIMIT: u32;
}

#[derive(Hash)]
struct Queue;

impl Limited for Queue {
    const LIMIT: u32 = 3;
}

impl Queue {
    #[cache_data]
    fn limit(&self, x: u32) -> u32 {
        let _ = self;
        x
    }
}

fn main() {
    tau(Queue.limit(1));
    println!("{}", square(PI) + square(TAU));
    let _: u32 = Queue::LIMIT;
}
