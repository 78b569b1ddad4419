//! `max_bytes` bounds what the values weigh together.

use cache_runtime::cache_data;

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

fn main() {
    for len in [600, 500, 4] {
        text(len);
        number(len);
        expression(len);
    }
    assert_eq!(TEXT.len(), 2);
    assert_eq!(NUMBER.len(), 3);
    assert_eq!(EXPRESSION.len(), 1);
}
