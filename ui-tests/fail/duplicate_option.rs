//! An option stands once.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", max_entries = 3, ttl = "2h", no_handle, no_handle)]
fn f(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
}
