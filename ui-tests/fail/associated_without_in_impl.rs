//! The handle of a function in an `impl` is a constant of the type, which a function without `self` does not tell.

use cache_runtime::cache_data;

struct Repo;

impl Repo {
    #[cache_data]
    fn load(id: u32) -> u32 {
        id
    }
}

trait Source {
    #[cache_data]
    fn open(id: u32) -> u32 {
        id
    }
}

impl Source for Repo {}

fn main() {
    Repo::LOAD.entry(Repo::load(1)).clear();
    Repo::OPEN.entry(Repo::open(1)).clear();
}
