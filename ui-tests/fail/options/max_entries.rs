//! What is no bound.

use cache_runtime::cache_data;

#[cache_data(max_entries)]
fn nothing() {}

#[cache_data(max_entries = 0)]
fn zero() {}

#[cache_data(max_entries = -1)]
fn negative() {}

#[cache_data(max_entries = "10")]
fn text() {}

#[cache_data(max_entries = 1.5)]
fn decimal() {}

#[cache_data(max_entries = 18446744073709551616)]
fn too_large() {}

fn main() {
    nothing();
    zero();
    negative();
    text();
    decimal();
    too_large();
}
