//! `cheap_clone` says all by itself, of resources.

use cache_runtime::{cache_data, cache_resource};

#[cache_resource(cheap_clone = true)]
fn assigned() -> u32 {
    1
}

#[cache_resource(cheap_clone(Client))]
fn list() -> u32 {
    1
}

#[cache_resource(cheap_clne)]
fn misspelt() -> u32 {
    1
}

#[cache_data(cheap_clone)]
fn data() -> u32 {
    1
}

fn main() {
    assigned();
    list();
    misspelt();
    data();
}
