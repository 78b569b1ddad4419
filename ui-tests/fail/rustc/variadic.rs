//! Arguments without types make no key.

use cache_runtime::cache_data;

#[cache_data]
unsafe extern "C" fn count(x: u32, ...) -> u32 {
    x
}

fn main() {}
