//! `weigh` is a function of a value.

use cache_runtime::cache_data;

#[cache_data(max_bytes = 5, weigh = 1)]
fn number() {}

#[cache_data(max_bytes = 5, weigh = "1kB")]
fn text() {}

fn main() {
    number();
    text();
}
