//! `hash_funcs` names types of parameters.

use cache_runtime::cache_data;

struct Person {
    id: u32,
}

#[cache_data(hash_funcs(Persn = |person| person.id, u64 = |x| *x))]
fn name(person: &Person) -> u32 {
    person.id
}

#[cache_data(hash_funcs(Person))]
fn no_function(person: &Person) -> u32 {
    person.id
}

fn main() {
    name(&Person { id: 1 });
    no_function(&Person { id: 1 });
    NAME.clear();
}
