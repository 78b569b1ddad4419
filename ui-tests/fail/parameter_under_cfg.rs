//! A parameter is there or not, whatever is configured.

use cache_runtime::cache_data;

#[cache_data]
fn f(x: u32, #[cfg(unix)] y: u32) -> u32 {
    x + y
}

fn main() {
    f(1, 2);
    F.entry(1, 2).clear();
}
