//! Where there is no error to keep, or no saying for how long.

use cache_runtime::cache_data;

#[cache_data(cache_err)]
fn nothing() -> Result<(), String> {
    Ok(())
}

#[cache_data(cache_err = "true")]
fn text() -> Result<(), String> {
    Ok(())
}

#[cache_data(cache_err = 0)]
fn zero() -> Result<(), String> {
    Ok(())
}

#[cache_data(cache_err = true)]
fn no_error() -> Option<u32> {
    None
}

fn main() {
    nothing().ok();
    text().ok();
    zero().ok();
    no_error();
}
