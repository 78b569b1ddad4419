//! `include` lists expressions.

use cache_runtime::cache_data;

#[cache_data(include)]
fn nothing(x: u32) -> u32 {
    x
}

#[cache_data(include())]
fn empty(x: u32) -> u32 {
    x
}

#[cache_data(include = x)]
fn assigned(x: u32) -> u32 {
    x
}

#[cache_data(include(x x))]
fn no_comma(x: u32) -> u32 {
    x
}

#[cache_data(include(x))]
fn pattern((x, y): (u32, u32)) -> u32 {
    x + y
}

fn main() {
    nothing(1);
    empty(1);
    assigned(1);
    no_comma(1);
    pattern((1, 2));
}
