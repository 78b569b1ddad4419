//! `version` is a value.

use cache_runtime::cache_data;

#[cache_data(version)]
fn nothing(x: u32) -> u32 {
    x
}

#[cache_data(version(2))]
fn list(x: u32) -> u32 {
    x
}

#[cache_data(version = 1, version = 2)]
fn twice(x: u32) -> u32 {
    x
}

#[cache_data(version = )]
fn empty(x: u32) -> u32 {
    x
}

fn main() {
    nothing(1);
    list(1);
    twice(1);
    empty(1);
}
