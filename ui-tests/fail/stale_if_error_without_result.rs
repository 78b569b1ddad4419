//! No `Err`, nothing to hide.

use cache_runtime::cache_data;

#[cache_data(ttl = "1m", stale_if_error = "1h")]
fn f(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
}
