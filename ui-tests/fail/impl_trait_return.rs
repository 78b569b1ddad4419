//! A type without a name cannot be kept.

use std::future::Future;

use cache_runtime::cache_data;

#[cache_data]
fn numbers(end: u32) -> impl Iterator<Item = u32> {
    0..end
}

#[cache_data]
fn sum(end: u32) -> Result<impl Future<Output = u32>, String> {
    Ok(async move { (0..end).sum() })
}

fn main() {
    assert_eq!(numbers(3).count(), 3);
    NUMBERS.clear();
    drop(sum(3));
    SUM.entry(3).clear();
}
