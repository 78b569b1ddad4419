//! Zero would keep nothing.

use cache_runtime::cache_data;

#[cache_data(ttl = 0)]
fn number(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "0s", max_entries = 0)]
fn text(x: u32) -> u32 {
    x
}

#[cache_data(ttl = 0.0, time_to_idle = "00:00:00", max_bytes = "0B", weigh = |_| 1)]
fn decimal(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "1h", refresh_after = 0, max_bytes = 0, weigh = |_| 1)]
fn refreshed(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "1h", stale_if_error = "0m")]
fn stale(x: u32) -> Result<u32, String> {
    Ok(x)
}

#[cache_data(cache_err = 0)]
fn errors(x: u32) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    number(1);
    text(1);
    decimal(1);
    refreshed(1);
    stale(1).ok();
    errors(1).ok();
}
