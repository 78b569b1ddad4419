//! `key` says all about the parameters.

use cache_runtime::cache_data;

#[cache_data(key = id, skip(name))]
fn skip(id: u32, name: &str) -> usize {
    name.len() + id as usize
}

#[cache_data(key = id, hash_funcs(str = |text| text.len()))]
fn hash_funcs(id: u32, name: &str) -> usize {
    name.len() + id as usize
}

#[cache_data(key = id)]
fn by(id: u32, #[cache(by = |text| text.len())] name: &str) -> usize {
    name.len() + id as usize
}

#[cache_data(key = id)]
fn own_skip(id: u32, #[cache(skip)] name: &str) -> usize {
    name.len() + id as usize
}

#[cache_data(key = id, hash_funcs(str = |text| text.len()))]
fn both(id: u32, #[cache(by = |text| text.len())] name: &str) -> usize {
    name.len() + id as usize
}

fn main() {
    skip(1, "a");
    hash_funcs(1, "a");
    by(1, "a");
    own_skip(1, "a");
    both(1, "a");
    BY.entry(1).clear();
}
