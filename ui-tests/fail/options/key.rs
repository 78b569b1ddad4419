//! `key` is an expression over the parameters.

use cache_runtime::cache_data;

#[cache_data(key)]
fn nothing(x: u32) -> u32 {
    x
}

#[cache_data(key(x))]
fn list(x: u32) -> u32 {
    x
}

#[cache_data(key = )]
fn empty(x: u32) -> u32 {
    x
}

#[cache_data(key = x, skip(y))]
fn with_skip(x: u32, y: u32) -> u32 {
    x + y
}

#[cache_data(key = x, hash_funcs(u32 = |x| *x))]
fn with_hash_funcs(x: u32) -> u32 {
    x
}

#[cache_data(key = x)]
fn with_by(x: u32, #[cache(by = |y| *y)] y: u32) -> u32 {
    x + y
}

#[cache_data(key = y)]
fn pattern((x, y): (u32, u32)) -> u32 {
    x + y
}

fn main() {
    nothing(1);
    list(1);
    empty(1);
    with_skip(1, 2);
    with_hash_funcs(1);
    with_by(1, 2);
    pattern((1, 2));
}
