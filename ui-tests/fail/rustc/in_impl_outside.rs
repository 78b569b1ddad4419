//! `in_impl` is for functions in an `impl`.

use cache_runtime::cache_data;

#[cache_data(in_impl)]
fn load(id: u32) -> u32 {
    id
}

fn main() {
    load(1);
}
