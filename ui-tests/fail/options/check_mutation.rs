//! What cannot be checked.

use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[cache_data(check_mutation = true)]
fn with_value() -> u32 {
    1
}

#[cache_resource(check_mutation)]
fn resource() -> Arc<u32> {
    Arc::new(1)
}

fn main() {
    with_value();
    resource();
}
