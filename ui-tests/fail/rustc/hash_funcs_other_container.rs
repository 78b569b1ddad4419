//! A container of one's own may have the name of a known one.

use cache_runtime::cache_data;

struct Person {
    id: u32,
}

struct Vec<T>(T);

#[cache_data(hash_funcs(Person = |person| person.id))]
fn first(people: &Vec<Person>) -> u32 {
    people.0.id
}

fn main() {
    first(&Vec(Person { id: 1 }));
    FIRST.clear();
}
