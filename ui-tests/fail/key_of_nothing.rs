//! A key that names no parameter is the same for every call.

use cache_runtime::cache_data;

struct Db;

#[cache_data(key = "users")]
fn users(team: u32) -> u32 {
    team
}

#[cache_data(key = team::current())]
fn path(_db: &Db, team: u32) -> u32 {
    team
}

#[cache_data(key = 1)]
fn pattern((x, y): (u32, u32)) -> u32 {
    x + y
}

// There is nothing to name.
#[cache_data(key = "all")]
fn all() -> u32 {
    1
}

mod team {
    pub fn current() -> u32 {
        1
    }
}

fn main() {
    users(1);
    path(&Db, 1);
    pattern((1, 2));
    all();
}
