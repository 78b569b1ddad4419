//! Bounds that are none.

use cache_runtime::cache_data;

#[cache_data(max_entries = -1, max_bytes = -5, weigh = |_| 1)]
fn negative(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = 1.5, max_bytes = 1.5, weigh = |_| 1)]
fn decimal(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = "10", max_bytes = "10", weigh = |_| 1)]
fn text(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = 99999999999999999999, max_bytes = "64mb", weigh = |_| 1)]
fn too_large(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = 1k, max_bytes = 64MiB, weigh = |_| 1)]
fn unit_behind(x: u32) -> u32 {
    x
}

#[cache_data(max_bytes = "many", weigh = |_| 1)]
fn no_number(x: u32) -> u32 {
    x
}

#[cache_data(max_bytes = "99999999TiB", weigh = |_| 1)]
fn far_too_large(x: u32) -> u32 {
    x
}

fn main() {
    negative(1);
    decimal(1);
    text(1);
    too_large(1);
    no_number(1);
    far_too_large(1);
}
