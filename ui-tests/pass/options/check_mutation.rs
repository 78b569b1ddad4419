//! `check_mutation` looks at every hit whether the kept value was changed.

use std::collections::HashMap;

use cache_runtime::cache_data;

#[cache_data(check_mutation)]
fn hashed(x: u32) -> String {
    x.to_string()
}

#[cache_data(check_mutation)]
fn serialized() -> HashMap<String, f64> {
    HashMap::from([("a".to_owned(), 0.5)])
}

#[cache_data(check_mutation)]
fn fallible(x: u32) -> Result<Vec<u32>, std::fmt::Error> {
    Ok(vec![x])
}

#[cache_data(check_mutation)]
fn generic<T: Clone + std::hash::Hash + Send + Sync + 'static>(x: T) -> Vec<T> {
    vec![x]
}

fn main() {
    assert_eq!(hashed(1), hashed(1));
    assert_eq!(serialized(), serialized());
    assert_eq!(fallible(1), fallible(1));
    assert_eq!(generic(1), generic(1));
    assert_eq!((HASHED.stats().misses, SERIALIZED.stats().misses, FALLIBLE.stats().misses), (1, 1, 1));
}
