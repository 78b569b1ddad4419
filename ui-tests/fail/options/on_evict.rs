//! `on_evict` is a function of a value and of why it leaves.

use cache_runtime::cache_data;

#[cache_data(on_evict)]
fn nothing() {}

#[cache_data(on_evict = "drop")]
fn text() {}

#[cache_data(on_evict = |value| ())]
fn one() -> u32 {
    1
}

#[cache_data(on_evict = |_, _| (), persist = "disk", memory = false)]
fn passes_through() -> u32 {
    1
}

#[cache_data(eviction_listener = |_, _| ())]
fn foreign() {}

fn main() {
    nothing();
    text();
    one();
    passes_through();
    foreign();
}
