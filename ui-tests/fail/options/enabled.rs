//! `enabled` is an expression that gives `true` or `false`.

use cache_runtime::cache_data;

#[cache_data(enabled)]
fn nothing() {}

#[cache_data(enabled = "yes")]
fn text() {}

#[cache_data(enabled = 1)]
fn number() {}

#[cache_data(enabled = one > 1)]
fn pattern((one, two): (u32, u32)) -> u32 {
    one + two
}

fn main() {
    nothing();
    text();
    number();
    pattern((1, 2));
}
