//! Weights need a bound.

use cache_runtime::cache_data;

#[cache_data(weigh = |text| text.len(), max_entries = 5)]
fn f(x: u32) -> String {
    x.to_string()
}

fn main() {
    f(1);
}
