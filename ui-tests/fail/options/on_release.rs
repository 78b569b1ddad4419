//! `on_release` is a function of a resource.

use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[cache_resource(on_release)]
fn nothing() -> Arc<u32> {
    Arc::new(1)
}

#[cache_resource(on_release = "drop")]
fn text() -> Arc<u32> {
    Arc::new(1)
}

#[cache_data(on_release = |_| ())]
fn data() -> u32 {
    1
}

fn main() {
    nothing();
    text();
    data();
}
