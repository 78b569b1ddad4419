//! What there is no time to show of.

use cache_runtime::cache_data;

#[cache_data(show_time)]
fn without_spinner() {}

#[cache_data(show_spinner = false, show_time = "1s")]
fn with_value() {}

fn main() {
    without_spinner();
    with_value();
}
