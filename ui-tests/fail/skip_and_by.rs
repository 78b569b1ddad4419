//! What is left out needs no stand-in.

use cache_runtime::cache_data;

#[cache_data]
fn own(#[cache(skip, by = |name| name.len())] name: &str, id: u32) -> usize {
    name.len() + id as usize
}

#[cache_data(skip(name))]
fn listed(#[cache(by = |name| name.len())] name: &str, id: u32) -> usize {
    name.len() + id as usize
}

#[cache_data]
fn underscore(#[cache(by = |name| name.len())] _name: &str, id: u32) -> u32 {
    id
}

#[cache_data]
fn wildcard(#[cache(by = |name| name.len())] _: &str, id: u32) -> u32 {
    id
}

#[cache_data(skip(name))]
fn serialised(#[cache(serde)] name: &str, #[cache(serde, skip)] other: &str, id: u32) -> usize {
    name.len() + other.len() + id as usize
}

fn main() {
    serialised("a", "b", 1);
    own("a", 1);
    OWN.entry(1).clear();
    listed("a", 1);
    LISTED.entry(1).clear();
    underscore("a", 1);
    UNDERSCORE.entry(1).clear();
    wildcard("a", 1);
}
