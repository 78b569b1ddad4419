//! What would be kept nowhere.

use cache_runtime::cache_data;

#[cache_data(memory = false)]
fn nowhere() {}

#[cache_data(memory = "none")]
fn text() {}

fn main() {
    nowhere();
    text();
}
