//! `tags` name functions that are cleared together.

use cache_runtime::{CACHE_DATA, cache_data};

#[cache_data(tags("users"))]
fn user(id: u32) -> u32 {
    id
}

#[cache_data(tags("users", "groups",))]
fn group(id: u32) -> u32 {
    id
}

fn main() {
    user(1);
    group(1);
    CACHE_DATA.clear_tag("groups");
    assert!(USER.entry(1).contains());
    assert!(GROUP.is_empty());
    CACHE_DATA.clear_tag("users");
    assert!(USER.is_empty());
}
