//! `hash_funcs` names types of parameters.

use std::marker::PhantomData;

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

#[derive(Hash)]
struct Id<T>(u32, PhantomData<T>);

struct MyBox<T>(T);

#[cache_data(hash_funcs(Person = |person| person.id))]
fn boxed(person: MyBox<Person>) -> u32 {
    person.0.id
}

#[cache_data(hash_funcs(Person = |person| person.id))]
fn also_boxed(person: &Person, (_, x): (Vec<MyBox<Option<Person>>>, u8), id: Id<Person>) -> u32 {
    person.id + id.0 + u32::from(x)
}

// These hold no person, or it is said what stands for them.
#[cache_data(hash_funcs(Person = |person| person.id, MyBox<Person> = |person| person.0.id))]
fn well(
    person: &Person,
    others: &[MyBox<Person>],
    marker: PhantomData<Person>,
    f: fn(&Person) -> u32,
    #[cache(by = |id| id.0)] id: Id<Person>,
    _left_out: Id<Person>,
) -> u32 {
    let PhantomData = marker;
    f(person) + f(&others[0].0) + id.0
}

fn main() {
    boxed(MyBox(Person { id: 1 }));
    also_boxed(&Person { id: 1 }, (Vec::new(), 1), Id(1, PhantomData));
    WELL.clear();
    well(&Person { id: 1 }, &[], PhantomData, |person| person.id, Id(1, PhantomData), Id(1, PhantomData));
    name(&Person { id: 1 });
    no_function(&Person { id: 1 });
    NAME.clear();
}
