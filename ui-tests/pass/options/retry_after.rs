//! `retry_after` is a lifetime, beside what hands out older values.

use std::time::Duration;

use cache_runtime::cache_data;

#[cache_data(ttl = "1m", stale_if_error = "1h", retry_after = "5s")]
fn rate(x: u32) -> Result<u32, String> {
    Ok(x)
}

#[cache_data(ttl = "1h", refresh_after = "1m", retry_after = Duration::from_secs(1))]
fn refreshed(x: u32) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    assert_eq!((rate(1), refreshed(1)), (Ok(1), Ok(1)));
}
