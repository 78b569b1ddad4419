//! What cannot be compared with what it was.

use cache_runtime::cache_data;

#[derive(Clone)]
struct Opaque;

#[cache_data(check_mutation)]
fn opaque() -> Opaque {
    Opaque
}

fn main() {
    opaque();
}
