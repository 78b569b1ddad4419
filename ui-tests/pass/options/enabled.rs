//! `enabled` is asked at each call.

#![deny(warnings, clippy::pedantic)]

use cache_runtime::{CACHE_DATA, cache_data, cache_resource};
use std::sync::Arc;

/// Named by no body: `enabled` is what it is for.
#[cache_data(enabled = !fresh)]
fn page(path: &str, fresh: bool) -> usize {
    path.len()
}

fn is_on() -> bool {
    true
}

#[cache_resource(enabled = is_on())]
fn pool(_url: &str) -> Arc<u32> {
    Arc::new(1)
}

#[cache_data(enabled = false)]
fn off(x: u32) -> u32 {
    x
}

#[cache_data(enabled = size > 10, no_handle)]
async fn later(size: usize) -> Option<usize> {
    let half = size.checked_div(2)?;
    Some(half)
}

#[cache_data(enabled = size_of::<T>() > 1)]
fn generic<T: std::hash::Hash>(x: &T, mut seed: u32) -> u32 {
    let _ = x;
    seed += 1;
    seed
}

struct Shop {
    is_open: bool,
}

impl Shop {
    #[cache_data(skip(self), enabled = self.is_open)]
    fn price(&self, item: u32) -> Result<u32, String> {
        if item == 0 { Err("none".to_owned()) } else { Ok(item) }
    }
}

fn main() {
    assert_eq!((page("a", true), PAGE.len()), (1, 0));
    assert_eq!((page("a", false), PAGE.len()), (1, 1));
    assert!(Arc::ptr_eq(&pool("a"), &pool("b")));
    assert_eq!((off(1), OFF.stats().bypassed), (1, 1));
    drop(later(2));
    assert_eq!(generic(&1_u8, 1) + generic(&1_u64, 1), 4);
    assert_eq!(GENERIC.len(), 1);
    assert_eq!(Shop { is_open: false }.price(1), Ok(1));
    assert_eq!(Shop::PRICE.len(), 0);
    CACHE_DATA.clear();
}
