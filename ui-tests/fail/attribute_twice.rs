//! One attribute per function.

use cache_runtime::{cache_data, cache_resource};

#[cache_data]
#[cache_data]
fn same(x: u32) -> u32 {
    x
}

#[cache_data]
#[cache_resource]
fn both(x: u32) -> std::sync::Arc<u32> {
    x.into()
}

fn main() {
    same(1);
    both(1);
}
