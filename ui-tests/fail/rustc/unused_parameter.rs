//! A parameter that only the key uses splits it for nothing, and is told like any that nobody uses.

#![deny(unused_variables, unused_mut)]

use cache_runtime::cache_data;

#[cache_data]
fn plain(used: u32, unused: u32) -> u32 {
    used
}

#[cache_data]
fn never_read(mut unused: u32) -> u32 {
    let unused = 1;
    unused
}

#[cache_data]
fn pattern((used, unused): (u32, u32)) -> u32 {
    used
}

#[cache_data]
fn generic<T: std::hash::Hash>(unused: T, other: impl std::hash::Hash) -> u32 {
    1
}

#[cache_data]
async fn later(used: &str, unused: String) -> usize {
    used.len()
}

#[derive(Hash)]
struct Repo;

impl Repo {
    #[cache_data]
    fn method(&self, unused: u32) -> u32 {
        1
    }

    #[cache_data(no_handle)]
    async fn hidden(&self, unused: u32, #[cache(skip)] skipped: u32) -> u32 {
        1
    }
}

#[cache_data]
fn never_changed(mut used: u32) -> u32 {
    used
}

fn main() {}
