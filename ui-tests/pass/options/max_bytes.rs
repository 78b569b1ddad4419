//! `max_bytes` bounds what the values weigh together.

use std::collections::HashMap;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

const LIMIT: u64 = 8;

#[cache_data(max_bytes = "1KiB", weigh = |text| text.len())]
fn text(len: usize) -> String {
    "a".repeat(len)
}

#[cache_data(max_bytes = 4096, weigh = String::len)]
fn number(len: usize) -> String {
    "a".repeat(len)
}

#[cache_data(max_bytes = LIMIT, weigh = |text: &String| text.len())]
fn expression(len: usize) -> String {
    "a".repeat(len)
}

/// A generic one, of whose values enough is known.
#[cache_data(max_bytes = "1MiB")]
fn copies<T: std::hash::Hash + Copy + Send + Sync + 'static>(value: T, count: usize) -> Vec<T> {
    vec![value; count]
}

struct Shop;

impl Shop {
    #[cache_data(max_bytes = "100B", in_impl)]
    async fn prices(count: u32) -> Result<HashMap<u32, (u64, Option<f64>)>, String> {
        Ok((0..count).map(|item| (item, (1, None))).collect())
    }
}

/// Of an error that is kept, too, it is known what it weighs.
#[cache_data(max_bytes = "1kB", cache_err = true, no_handle)]
fn fallible(len: usize) -> Result<String, Arc<str>> {
    Ok("a".repeat(len))
}

#[cache_resource(max_bytes = "1kB")]
fn shared(len: usize) -> Option<Arc<[u64]>> {
    Some(vec![0; len].into())
}

fn main() {
    for len in [600, 500, 4] {
        text(len);
        number(len);
        expression(len);
    }
    copies(1, 2);
    assert_eq!(COPIES.len(), 1);
    let _ = Shop::prices(2);
    assert_eq!(Shop::PRICES.len(), 0);
    fallible(1).expect("this one never fails");
    shared(50);
    shared(60);
    shared(110);
    assert_eq!(SHARED.len(), 1);
    assert_eq!(TEXT.len(), 2);
    assert_eq!(NUMBER.len(), 3);
    assert_eq!(EXPRESSION.len(), 1);
}
