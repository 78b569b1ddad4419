//! A function without docs is told of as without the attribute; its handle has docs of its own.
#![deny(missing_docs)]

use cache_runtime::cache_data;

/// Documented.
#[cache_data]
pub fn documented() -> u32 {
    1
}

#[cache_data]
pub fn undocumented() -> u32 {
    1
}

fn main() {
    documented();
    undocumented();
}
