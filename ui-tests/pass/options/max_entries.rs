//! `max_entries` bounds how many values there are.

use cache_runtime::cache_data;

const LIMIT: usize = 2;

#[cache_data(max_entries = 1_000)]
fn literal(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = LIMIT)]
fn constant(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = LIMIT * 2 + 1)]
fn expression(x: u32) -> u32 {
    x
}

fn main() {
    for x in 0..10 {
        literal(x);
        constant(x);
        expression(x);
    }
    assert_eq!(LITERAL.len(), 10);
    assert_eq!(CONSTANT.len(), 2);
    assert_eq!(EXPRESSION.len(), 5);
}
