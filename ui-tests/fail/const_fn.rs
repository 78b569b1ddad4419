//! A `const fn` cannot be cached.

use cache_runtime::cache_data;

#[cache_data]
const fn twice(x: u32) -> u32 {
    x * 2
}

fn main() {
    twice(1);
    assert_eq!(TWICE.entry(1).get(), Some(2));
}
