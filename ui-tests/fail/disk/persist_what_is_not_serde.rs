//! What is persisted becomes bytes and comes back.

use cache_runtime::cache_data;

#[derive(Clone)]
struct Opaque;

#[cache_data(persist = "disk")]
fn opaque() -> Opaque {
    Opaque
}

fn main() {
    opaque();
}
