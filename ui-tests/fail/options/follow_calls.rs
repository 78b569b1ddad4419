//! What is neither followed nor not.

use cache_runtime::cache_data;

#[cache_data(follow_calls)]
fn nothing() {}

#[cache_data(follow_calls = "helper")]
fn one() {}

#[cache_data(follow_calls = package)]
fn word() {}

fn main() {
    nothing();
    one();
    word();
}
