//! Where there is nothing to try again, and what is no lifetime.

use cache_runtime::cache_data;

#[cache_data(retry_after = "1s")]
fn no_older_value() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1m", stale_if_error = "1h", retry_after)]
fn nothing() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1m", stale_if_error = "1h", retry_after = 0)]
fn zero() -> Result<(), String> {
    Ok(())
}

fn main() {
    no_older_value().ok();
    nothing().ok();
    zero().ok();
}
