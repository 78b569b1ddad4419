//! All threads share a resource.

use std::cell::Cell;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[cache_resource]
fn resource() -> Arc<Cell<u32>> {
    Arc::new(Cell::new(1))
}

#[cache_data]
fn data() -> Arc<Cell<u32>> {
    Arc::new(Cell::new(1))
}

fn main() {}
