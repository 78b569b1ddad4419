//! What is no bound by weight.

use cache_runtime::cache_data;

#[cache_data(max_bytes, weigh = |_| 1)]
fn nothing() {}

#[cache_data(max_bytes = "0B", weigh = |_| 1)]
fn zero() {}

#[cache_data(max_bytes = "64", weigh = |_| 1)]
fn no_unit() {}

#[cache_data(max_bytes = "64 mib", weigh = |_| 1)]
fn unit() {}

#[cache_data(max_bytes = -1, weigh = |_| 1)]
fn negative() {}

#[cache_data(max_bytes = 1.5, weigh = |_| 1)]
fn decimal() {}

fn main() {
    nothing();
    zero();
    no_unit();
    unit();
    negative();
    decimal();
}
