//! `key` replaces the parameters.

use cache_runtime::cache_data;

struct User {
    id: u32,
    visits: std::cell::Cell<u32>,
}

#[cache_data(key = user.id)]
fn name(user: &User, id: &std::cell::Cell<u32>) -> String {
    id.set(user.visits.get());
    format!("user {}", user.id)
}

#[cache_data(key = (x / 10, y.to_lowercase()))]
fn several(x: u32, y: &str) -> String {
    format!("{x}{y}")
}

#[cache_data(key = format!("{x:03}"))]
fn formatted(x: u32, _y: u32) -> u32 {
    x
}

impl User {
    #[cache_data(key = self.id)]
    fn greet(&self) -> u32 {
        self.visits.set(self.visits.get() + 1);
        self.visits.get()
    }
}

fn main() {
    let user = User { id: 7, visits: 0.into() };
    name(&user, &user.visits);
    assert!(NAME.entry(&user).contains());
    assert_eq!(several(11, "A"), several(19, "a"));
    formatted(1, 2);
    assert!(FORMATTED.entry(1).contains());
    assert_eq!((user.greet(), user.greet()), (1, 1));
    assert!(User::GREET.entry(&user).contains());
}
