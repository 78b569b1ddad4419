//! `jitter` is a fraction of a lifetime.

use cache_runtime::cache_data;

#[cache_data(ttl = 5, jitter)]
fn nothing() {}

#[cache_data(ttl = 5, jitter = "10%")]
fn text() {}

#[cache_data(ttl = 5, jitter = 1.0)]
fn all() {}

#[cache_data(ttl = 5, jitter = -0.1)]
fn negative() {}

#[cache_data(time_to_idle = 5, jitter = 0.1)]
fn idle() {}

fn main() {
    nothing();
    text();
    all();
    negative();
    idle();
}
