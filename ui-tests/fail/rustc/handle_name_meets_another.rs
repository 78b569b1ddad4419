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

    fn is_below(&self, x: u32) -> bool {
        // Not the handle: the trait's own.
        x < Self::LIMIT
    }
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

fn twice(x: u32) -> u32 {
    2 * x
}

fn main() {
    tau(Queue.limit(1));
    println!("{} {}", square(PI), TAU.sqrt());
    println!("{}", twice(Queue::LIMIT));
    println!("{} {}", Queue.is_below(1), <Queue as Limited>::LIMIT);
}
