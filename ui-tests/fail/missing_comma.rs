//! Options are separated by commas.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h" max_entries = 5, name = "KEPT")]
fn f(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "1h"; max_entries = 5)]
fn g(x: u32) -> u32 {
    x
}

#[cache_data(no_handle max_entries = 5)]
fn h(x: u32) -> u32 {
    x
}

#[cache_data(skip(x) ttl = "1h")]
fn i(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "1h",, max_entries = 5)]
fn j(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
    KEPT.entry(1).clear();
    g(1);
    h(1);
    i(1);
    j(1);
}
