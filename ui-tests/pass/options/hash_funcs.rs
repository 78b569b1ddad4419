//! `hash_funcs` says what stands for the values of a type.

use std::collections::HashMap;

use cache_runtime::cache_data;

struct Person {
    id: u32,
}

struct Money(f64);

fn cents(money: &Money) -> u64 {
    (money.0 * 100.0) as u64
}

#[cache_data(hash_funcs(Person = |person| person.id, Money = cents))]
fn gift(from: &Person, to: Person, sum: Money) -> u64 {
    u64::from(from.id + to.id) + cents(&sum)
}

impl Person {
    #[cache_data(hash_funcs(Self = |person| person.id))]
    fn double(&self, other: &Self) -> u32 {
        self.id + other.id
    }
}

#[cache_data(hash_funcs(Person = |person| person.id))]
fn guests(hosts: (&Person, Option<&Person>), guests: &[Person], seats: HashMap<String, Vec<Person>>) -> usize {
    guests.len() + seats.len() + usize::from(hosts.1.is_some())
}

struct Row(f64);

impl serde::Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

#[cache_data(hash_funcs(Row = serde))]
fn rows(rows: &[Row], #[cache(serde)] first: &Row) -> usize {
    rows.len() + first.0 as usize
}

fn main() {
    rows(&[Row(1.0)], &Row(2.0));
    assert!(ROWS.entry(&[Row(1.0)], &Row(2.0)).contains());
    assert!(!ROWS.entry(&[Row(2.0)], &Row(2.0)).contains());
    let someone = |id| Person { id };
    guests((&someone(1), None), &[someone(2)], HashMap::new());
    assert!(GUESTS.entry((&someone(1), None), &[someone(2)], HashMap::new()).contains());
    assert!(!GUESTS.entry((&someone(1), None), &[someone(3)], HashMap::new()).contains());
    let ada = Person { id: 1 };
    gift(&ada, Person { id: 2 }, Money(1.0));
    assert!(GIFT.entry(&ada, Person { id: 2 }, Money(1.001)).contains());
    assert!(!GIFT.entry(&ada, Person { id: 3 }, Money(1.0)).contains());
    ada.double(&ada);
    assert!(Person::DOUBLE.entry(&ada, &ada).contains());
}
