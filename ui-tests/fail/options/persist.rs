//! What is no place, and what cannot be persisted.

use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[cache_data(persist)]
fn nowhere() {}

#[cache_data(persist = "cloud")]
fn elsewhere() {}

#[cache_resource(persist = "disk")]
fn resource() -> Arc<u32> {
    Arc::new(1)
}

#[cache_data(persist = "disk", scope = "session")]
fn of_session() -> u32 {
    1
}

fn main() {
    nowhere();
    elsewhere();
    resource();
    of_session();
}
