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
    println!("{} {}", tau(1), around(PI));
    println!("{} {}", Format::CSV.csv(1), Format::JSON.brackets(1));
}
