//! One caller recomputes for all, or all for themselves.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", refresh_after = "1m", single_flight = false)]
fn f(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
}
