//! A bound by weight needs weights.

use cache_runtime::cache_data;

#[cache_data(max_bytes = "1MiB")]
fn f(x: u32) -> String {
    x.to_string()
}

fn main() {
    f(1);
}
