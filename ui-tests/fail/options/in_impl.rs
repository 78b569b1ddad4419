//! `in_impl` says all by itself.

use cache_runtime::cache_data;

struct Repo;

impl Repo {
    #[cache_data(in_impl = true)]
    fn assigned() -> u32 {
        1
    }

    #[cache_data(in_impl(Repo))]
    fn list(&self) -> u32 {
        1
    }

    #[cache_data(in_impl, no_handle)]
    fn without() -> u32 {
        1
    }

    #[cache_data(inimpl)]
    fn misspelt(&self) -> u32 {
        1
    }
}

fn main() {
    Repo::assigned();
    Repo.list();
    Repo::LIST.clear();
    Repo::without();
    Repo.misspelt();
    Repo::MISSPELT.clear();
}
