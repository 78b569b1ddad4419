//! What never ends is never past its end.

use cache_runtime::cache_data;

#[cache_data(stale_if_error = "1h")]
fn f(x: u32) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    f(1).ok();
}
