//! Options of other libraries are known by the names they have there.

use cache_runtime::{cache_data, cache_resource};

#[cache_data(time = 60, size = 5)]
fn lifetimes(x: u32) -> u32 {
    x
}

#[cache_data(ttl_secs = 60, tti = "1h", max_size = 10)]
fn bounds(x: u32) -> u32 {
    x
}

#[cache_data(convert = "x", ignore(y), tag = "a")]
fn keys(x: u32, y: u32) -> u32 {
    x + y
}

#[cache_data(result = true, option = true, with_cached_flag = true, sync_writes = true)]
fn hints(x: u32) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    lifetimes(1);
    bounds(1);
    keys(1, 2);
    hints(1).ok();
}
