//! Where all errors are failures, or none is hidden; and what is no function.

use cache_runtime::cache_data;

#[cache_data(ttl = "1m", stale_if_error = "1h", is_failure = |_| true)]
fn all_are() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1m", cache_err = "5s", is_failure = |_| true)]
fn no_older_value() -> Result<(), String> {
    Ok(())
}

#[cache_data(ttl = "1m", stale_if_error = "1h", cache_err = "5s", is_failure)]
fn nothing() -> Result<(), String> {
    Ok(())
}

fn main() {
    all_are().ok();
    no_older_value().ok();
    nothing().ok();
}
