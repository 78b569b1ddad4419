//! `name` chooses the handle's name.

use cache_runtime::cache_data;

#[cache_data(name = "USERS")]
fn fetch_user(id: u32) -> u32 {
    id
}

#[cache_data(name = "BMI_CACHE")]
#[expect(non_snake_case, reason = "the name of a formula")]
fn BMI(weight: u32) -> u32 {
    weight
}

struct Repo;

impl Repo {
    #[cache_data(name = "ROWS", skip(self))]
    fn fetch_row(&self, id: u32) -> u32 {
        id
    }
}

fn main() {
    fetch_user(1);
    assert!(USERS.entry(1).contains());
    BMI(1);
    assert!(BMI_CACHE.entry(1).contains());
    Repo.fetch_row(1);
    assert!(Repo::ROWS.entry(1).contains());
}
