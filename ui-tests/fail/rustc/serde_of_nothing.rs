//! `#[cache(serde)]` is for what can be serialised.

use cache_runtime::cache_data;

#[derive(Hash)]
struct Person(u32);

#[cache_data]
fn own(#[cache(serde)] person: &Person) -> u32 {
    person.0
}

#[cache_data(hash_funcs(Person = serde))]
fn all(people: Vec<Person>) -> usize {
    people.len()
}

fn main() {
    own(&Person(1));
    all(Vec::new());
}
