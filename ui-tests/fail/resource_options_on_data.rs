//! What is data is copied, nobody has to be told of the end of a copy.

use cache_runtime::cache_data;

#[cache_data(on_release = |_| ())]
fn released(x: u32) -> u32 {
    x
}

#[cache_data(cheap_clone)]
fn cloned(x: u32) -> u32 {
    x
}

fn main() {
    released(1);
    RELEASED.entry(1).clear();
    cloned(1);
}
