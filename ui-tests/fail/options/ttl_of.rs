//! `ttl_of` is a function of a value.

use cache_runtime::cache_data;

#[cache_data(ttl_of)]
fn nothing() {}

#[cache_data(ttl_of = "1h")]
fn text() {}

#[cache_data(ttl_of = 5)]
fn number() {}

#[cache_data(ttl_of(|_| std::time::Duration::MAX))]
fn list() {}

fn main() {
    nothing();
    text();
    number();
    list();
}
