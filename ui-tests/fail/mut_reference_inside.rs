//! What goes through a `&mut` inside a type is not kept either.

use std::marker::PhantomData;
use std::pin::Pin;

use cache_runtime::cache_data;

#[cache_data]
fn maybe(buffer: Option<&mut Vec<u8>>) -> usize {
    buffer.map_or(0, |buffer| buffer.len())
}

#[cache_data]
fn both((one, _): (&mut u32, &mut u32), other: Box<&mut u32>) -> u32 {
    *one + **other
}

#[cache_data]
fn rows(rows: [&mut [u8]; 2], deep: Vec<(u8, Option<&mut u8>)>) -> usize {
    rows.len() + deep.len()
}

#[cache_data]
fn pinned(pinned: Pin<&mut u32>) -> u32 {
    *pinned
}

#[derive(Hash)]
struct Counter(u32);

impl Counter {
    #[cache_data]
    fn next(self: Pin<&mut Self>) -> u32 {
        self.0
    }
}

struct Person(u32);

#[cache_data(hash_funcs(Person = |person| person.0))]
fn told(people: &mut Vec<Person>, pair: (&mut Person, &mut u32)) -> usize {
    *pair.1 += pair.0.0;
    people.len()
}

// Nothing is borrowed in these, or nothing can be changed through it.
#[cache_data]
fn calls(f: fn(&mut u32), marker: PhantomData<&mut u32>, shared: &&mut u32, _out: Option<&mut u32>) -> u32 {
    let mut x = **shared;
    f(&mut x);
    let PhantomData = marker;
    x
}

#[cache_data(skip(first))]
fn left_out(first: (&mut u32, u8), #[cache(by = |second| second.is_some())] second: Option<&mut u32>) -> bool {
    *first.0 += 1;
    second.is_some()
}

fn main() {
    maybe(None);
    both((&mut 1, &mut 2), Box::new(&mut 3));
    rows([&mut [], &mut []], Vec::new());
    pinned(Pin::new(&mut 1));
    Pin::new(&mut Counter(1)).next();
    told(&mut vec![Person(1)], (&mut Person(1), &mut 1));
    calls(|x| *x += 1, PhantomData, &&mut 1, None);
    left_out((&mut 1, 2), None);
    LEFT_OUT.entry(None).clear();
}
