//! What is idle as long as it lives never ends by it.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", time_to_idle = "60m")]
fn as_long(x: u32) -> u32 {
    x
}

#[cache_data(time_to_idle = 1e5, ttl = "1h")]
fn longer(x: u32) -> u32 {
    x
}

fn main() {
    as_long(1);
    longer(1);
}
