//! What is no way to choose.

use cache_runtime::cache_data;

#[cache_data(max_entries = 2, eviction)]
fn nothing() {}

#[cache_data(max_entries = 2, eviction = "fifo")]
fn unknown() {}

#[cache_data(max_entries = 2, eviction = lru)]
fn bare() {}

#[cache_data(eviction = "lru")]
fn no_bound() {}

fn main() {
    nothing();
    unknown();
    bare();
    no_bound();
}
