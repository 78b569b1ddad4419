//! What goes through `&mut` is not kept.

use cache_runtime::cache_data;

#[cache_data]
fn fill(buffer: &mut Vec<u8>, len: usize) -> usize {
    buffer.resize(len, 0);
    len
}

#[cache_data(skip(buffer))]
fn skipped(buffer: &mut Vec<u8>, len: usize) -> usize {
    buffer.resize(len, 0);
    len
}

fn main() {
    let mut buffer = Vec::new();
    fill(&mut buffer, 3);
    FILL.clear();
    skipped(&mut buffer, 3);
    SKIPPED.entry(3).clear();
}
