//! What is no lifetime.

use cache_runtime::cache_data;

#[cache_data(ttl)]
fn nothing() {}

#[cache_data(ttl = 0)]
fn zero() {}

#[cache_data(ttl = -1)]
fn negative() {}

#[cache_data(ttl = "1 fortnight")]
fn unit() {}

#[cache_data(ttl = "90")]
fn no_unit() {}

#[cache_data(ttl = true)]
fn flag() {}

#[cache_data(ttl("1h"))]
fn list() {}

fn main() {
    nothing();
    zero();
    negative();
    unit();
    no_unit();
    flag();
    list();
}
