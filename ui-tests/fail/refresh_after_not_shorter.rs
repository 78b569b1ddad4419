//! What has ended cannot be refreshed.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", refresh_after = "2h")]
fn longer(x: u32) -> u32 {
    x
}

#[cache_data(refresh_after = 60, ttl = "1m")]
fn same(x: u32) -> u32 {
    x
}

fn main() {
    longer(1);
    same(1);
}
