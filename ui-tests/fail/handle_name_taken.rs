//! The handle needs a name of its own.

use std::f64::consts::*;

use cache_runtime::cache_data;

const LOAD: u32 = 1;

#[cache_data]
fn load(id: u32) -> u32 {
    id + LOAD
}

#[cache_data]
fn n(x: u32) -> u32 {
    x
}

#[cache_data]
fn tau(x: u32) -> u32 {
    x
}

fn around(radius: f64) -> f64 {
    TAU * radius
}

#[cache_data]
fn e(x: u32) -> u32 {
    x
}

fn power(x: f64) -> f64 {
    x.powf(E)
}

#[cache_data]
fn p(x: u32) -> u32 {
    x
}

#[allow(non_snake_case)]
fn pressure(P: f64) -> f64 {
    P.sqrt()
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
        x + Self::LIMIT
    }

    fn half() -> u32 {
        Self::LIMIT / 2
    }
}

#[derive(Hash)]
struct Small(u8);

impl Small {
    const MAX: u8 = 10;

    #[cache_data]
    fn max(&self, x: u8) -> u8 {
        (self.0 + x).min(Self::MAX)
    }

    #[cache_data]
    fn least(&self, x: u8) -> u8 {
        (self.0 + x).max(Self::LEAST)
    }
}

impl Small {
    pub const LEAST: u8 = 1;
}

#[derive(Hash)]
enum Format {
    #[allow(dead_code)]
    CSV,
    JSON,
}

impl Format {
    #[cache_data]
    fn csv(&self, x: u32) -> u32 {
        let Self::JSON = self else { return 0 };
        x
    }

    #[cache_data(name = "JSON")]
    fn brackets(&self, x: u32) -> u32 {
        let _ = self;
        x
    }
}

#[allow(non_snake_case)]
fn main() {
    let N = load(1);
    println!("{} {} {}", n(N), Small(1).max(1), Small(1).least(1));
    println!("{} {} {}", tau(1), around(PI), power(1.0));
    println!("{} {} {}", e(1), p(1), pressure(1.0));
    let limit: u32 = Queue::LIMIT;
    println!("{} {}", limit, Queue.limit(Queue::half()));
    println!("{} {}", Format::CSV.csv(1), Format::JSON.brackets(1));
}
