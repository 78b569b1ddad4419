//! A kept error is not hidden.

use cache_runtime::cache_data;

#[cache_data(ttl = "1m", stale_if_error = "1h", cache_err = true)]
fn always(x: u32) -> Result<u32, String> {
    Ok(x)
}

#[cache_data(ttl = "1m", cache_err = "5s", stale_if_error = "1h")]
fn a_while(x: u32) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    always(1).ok();
    a_while(1).ok();
}
