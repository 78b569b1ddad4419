//! The handle needs a name of its own.

use cache_runtime::cache_data;

const LOAD: u32 = 1;

#[cache_data]
fn load(id: u32) -> u32 {
    id + LOAD
}

fn main() {
    load(1);
}
