//! What is persisted needs the feature `disk`.

use cache_runtime::cache_data;

#[cache_data(persist = "disk")]
fn persistent(x: u32) -> u32 {
    x
}

fn main() {
    persistent(1);
}
