//! `cache_if` is a function of a value.

use cache_runtime::cache_data;

#[cache_data(cache_if)]
fn nothing() {}

#[cache_data(cache_if = true)]
fn flag() {}

#[cache_data(cache_if(|_| true))]
fn list() {}

fn main() {
    nothing();
    flag();
    list();
}
