//! Without a bound nothing goes.

use cache_runtime::cache_data;

#[cache_data(eviction = "tiny_lfu")]
fn f(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
}
