//! Some options have no value.

use cache_runtime::{cache_data, cache_resource};

#[cache_data(no_handle = true)]
fn assigned(x: u32) -> u32 {
    x
}

#[cache_data(in_impl(true))]
fn listed(x: u32) -> u32 {
    x
}

#[cache_resource(cheap_clone = "yes", max_entries = 0)]
fn text(x: u32) -> std::rc::Rc<u32> {
    x.into()
}

fn main() {
    assigned(1);
    listed(1);
    text(1);
    TEXT.clear();
}
