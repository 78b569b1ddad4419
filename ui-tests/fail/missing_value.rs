//! Options without what they need.

use cache_runtime::cache_data;

#[cache_data(ttl)]
fn nothing(x: u32) -> u32 {
    x
}

#[cache_data(ttl =, max_entries = )]
fn half(x: u32) -> u32 {
    x
}

#[cache_data(ttl = , max_entries)]
fn other_half(x: u32) -> u32 {
    x
}

#[cache_data(ttl("1h"), max_entries 5)]
fn other_marks(x: u32) -> u32 {
    x
}

#[cache_data(ttl: "1h", max_entries: 5)]
fn colon(x: u32) -> u32 {
    x
}

#[cache_data(skip)]
fn list(x: u32) -> u32 {
    x
}

#[cache_data(skip = x, include())]
fn other_list(x: u32) -> u32 {
    x
}

fn main() {
    nothing(1);
    half(1);
    other_half(1);
    other_marks(1);
    colon(1);
    list(1);
    other_list(1);
}
