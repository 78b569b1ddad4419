//! Without a handle there is nothing to name or to place.

use cache_runtime::cache_data;

#[cache_data(name = "G", no_handle)]
fn named(x: u32) -> u32 {
    x
}

#[cache_data(no_handle, in_impl)]
fn placed(x: u32) -> u32 {
    x
}

fn main() {
    named(1);
    placed(1);
}
