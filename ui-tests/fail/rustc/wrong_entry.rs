//! `entry` takes the arguments that make the key.

use cache_runtime::cache_data;

#[cache_data]
fn sum(one: u32, other: &str, _third: u32) -> u32 {
    one + other.len() as u32
}

#[cache_data]
fn generic<T: std::hash::Hash + Clone + Send + Sync + 'static>(value: T) -> T {
    value
}

fn main() {
    SUM.entry(1);
    SUM.entry("1", 2);
    GENERIC.entry(1);
}
