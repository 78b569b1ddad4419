//! Where there is no older value to hand out.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", stale_if_error)]
fn nothing() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1h", stale_if_error = true)]
fn flag() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1h", stale_if_error = 0)]
fn zero() -> Result<(), String> {
    Ok(())
}

#[cache_data(stale_if_error = "1h")]
fn no_end() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1h", stale_if_error = "1h")]
fn no_error() {}

#[cache_data(ttl = "1h", stale_if_error = "1h", cache_err = "1m")]
fn kept_error() -> Result<(), String> {
    Ok(())
}

fn main() {
    nothing().ok();
    flag().ok();
    zero().ok();
    no_end().ok();
    no_error();
    kept_error().ok();
}
