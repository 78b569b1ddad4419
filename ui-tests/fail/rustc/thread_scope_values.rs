//! What functions with `scope = "thread"` cannot keep.

use cache_runtime::{cache_data, cache_resource};

struct NotClone;

#[cache_data(scope = "thread")]
fn data() -> NotClone {
    NotClone
}

#[cache_resource(scope = "thread")]
fn resource() -> Vec<u32> {
    Vec::new()
}

fn main() {
    data();
    resource();
}
