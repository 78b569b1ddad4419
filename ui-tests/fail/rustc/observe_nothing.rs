//! An observer says which events it is told of.

use cache_runtime::{emit, observe};

fn main() {
    observe(|event| drop(event), || emit(1_u32));
}
