//! No `Err`, nothing to keep.

use cache_runtime::cache_data;

#[cache_data(cache_err = true)]
fn plain(x: u32) -> u32 {
    x
}

#[cache_data(cache_err = "5s")]
fn optional(x: u32) -> Option<u32> {
    Some(x)
}

#[cache_data(cache_err = true)]
fn nothing(_x: u32) {}

#[cache_data(cache_err = false)]
fn list(x: u32) -> Vec<u32> {
    vec![x]
}

#[cache_data(cache_err = false)]
fn tuple(x: u32) -> (u32, u32) {
    (x, x)
}

fn main() {
    plain(1);
    optional(1);
    nothing(1);
    list(1);
    tuple(1);
}
