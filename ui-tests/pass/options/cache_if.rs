//! `cache_if` says which values are worth keeping.

use cache_runtime::cache_data;

#[cache_data(cache_if = |found| found.is_some())]
fn find(x: u32) -> Option<u32> {
    (x > 5).then_some(x)
}

#[cache_data(cache_if = Option::is_some)]
fn path(x: u32) -> Result<Option<u32>, String> {
    Ok((x > 5).then_some(x))
}

fn main() {
    find(1);
    find(7);
    assert!(!FIND.entry(1).contains());
    assert!(FIND.entry(7).contains());
    path(1).expect("this one never fails");
    assert!(PATH.is_empty());
}
