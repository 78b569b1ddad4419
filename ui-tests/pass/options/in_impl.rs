//! `in_impl` is for associated functions that mention neither `self` nor `Self`.

use cache_runtime::cache_data;

struct Repo;

impl Repo {
    #[cache_data(in_impl)]
    fn load(id: u32) -> u32 {
        id
    }

    #[cache_data(in_impl)]
    pub fn with_self(&self, id: u32) -> u32 {
        id
    }
}

impl std::hash::Hash for Repo {
    fn hash<H: std::hash::Hasher>(&self, _state: &mut H) {}
}

fn main() {
    Repo::load(1);
    assert!(Repo::LOAD.entry(1).contains());
    Repo.with_self(1);
    assert!(Repo::WITH_SELF.entry(&Repo, 1).contains());
}
