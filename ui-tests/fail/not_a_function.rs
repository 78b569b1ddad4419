//! The attributes go on functions.

use cache_runtime::{cache_data, cache_resource};

#[cache_data]
struct Point(u32);

#[cache_data]
impl Point {
    fn x(&self) -> u32 {
        self.0
    }
}

#[cache_resource]
trait Shape {
    fn area(&self) -> u32;
}

#[cache_data(ttl = "1h")]
pub const LIMIT: u32 = 3;

#[cache_data]
static FIRST: u32 = 3;

#[cache_resource]
mod inner {
    pub fn one() -> u32 {
        1
    }
}

#[cache_data]
use std::fmt::Debug;

#[cache_data]
pub(crate) enum Side {
    Left,
}

#[cache_data]
type Number = u32;

#[cache_data]
unsafe extern "C" {}

impl Shape for Point {
    fn area(&self) -> u32 {
        self.x() + LIMIT + FIRST + inner::one()
    }
}

fn main() {
    let _: &dyn Debug = &Point(1).area();
    let _: Number = Side::Left as u32;
}
