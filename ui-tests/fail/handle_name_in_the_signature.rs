//! What a function calls by the handle's name is not the handle.

#![allow(non_snake_case)]

use cache_runtime::cache_data;

#[cache_data]
fn n<const N: usize>() -> usize {
    N
}

#[cache_data]
fn limit(LIMIT: u32) -> u32 {
    LIMIT
}

#[cache_data(name = "WIDTH")]
fn area((WIDTH, height): (u32, u32)) -> u32 {
    WIDTH * height
}

macro_rules! function {
    ($name:ident, $parameter:ident) => {
        #[cache_data]
        fn $name($parameter: u32) -> u32 {
            $parameter
        }
    };
}

function!(made, MADE);

fn main() {
    println!("{} {} {} {}", n::<1>(), limit(1), area((1, 2)), made(1));
}
