//! No `Err`, nothing to keep.

use cache_runtime::cache_data;

type Fallible = Result<u32, String>;

#[cache_data(cache_err = true)]
fn plain(x: u32) -> u32 {
    x
}

#[cache_data(cache_err = "5s")]
fn optional(x: u32) -> Option<u32> {
    Some(x)
}

#[cache_data(cache_err = true)]
fn nothing(_x: u32) {}

#[cache_data(cache_err = true)]
fn renamed(x: u32) -> Fallible {
    Ok(x)
}

fn main() {
    plain(1);
    optional(1);
    nothing(1);
    renamed(1).ok();
}
