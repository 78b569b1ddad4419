//! `weigh` is a function of a value, and for a bound.

use cache_runtime::cache_data;

#[cache_data(max_bytes = 5, weigh)]
fn nothing() {}

#[cache_data(max_bytes = 5, weigh = 1)]
fn number() {}

#[cache_data(max_bytes = 5, weigh = "1kB")]
fn text() {}

#[cache_data(weigh = |_| 1)]
fn no_bound() {}

fn main() {
    nothing();
    number();
    text();
    no_bound();
}
