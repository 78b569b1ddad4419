//! Without `self` or `Self` there is no telling that a function stands in an `impl`.

use cache_runtime::cache_data;

struct Repo;

impl Repo {
    #[cache_data]
    fn load(id: u32) -> u32 {
        id
    }
}

fn main() {
    Repo::load(1);
}
