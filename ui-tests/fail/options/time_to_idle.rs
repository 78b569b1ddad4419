//! What is no lifetime.

use cache_runtime::cache_data;

#[cache_data(time_to_idle)]
fn nothing() {}

#[cache_data(time_to_idle = "0ms")]
fn zero() {}

#[cache_data(time_to_idle = -0.5)]
fn negative() {}

#[cache_data(time_to_idle = "1:61:00")]
fn clock_time() {}

#[cache_data(time_to_iddle = "1h")]
fn misspelt() {}

fn main() {
    nothing();
    zero();
    negative();
    clock_time();
    misspelt();
}
