//! A pattern is taken apart in the body, after the key is made.

use cache_runtime::cache_data;

#[cache_data(key = x + y)]
fn sum((x, y): (u32, u32)) -> u32 {
    x + y
}

#[cache_data(include(x))]
fn included([x, ..]: [u32; 3]) -> u32 {
    x
}

fn main() {
    sum((1, 2));
    included([1, 2, 3]);
    INCLUDED.clear();
}
