//! `weigh` tells what a value weighs.

use cache_runtime::{CACHE_DATA, cache_data};

fn weight(list: &Vec<u64>) -> usize {
    list.len() * 8
}

#[cache_data(max_bytes = "80B", weigh = weight)]
fn numbers(len: u64) -> Vec<u64> {
    (0..len).collect()
}

#[cache_data(max_bytes = 80, weigh = |list| list.len() * 8)]
fn fallible(len: u64) -> Result<Vec<u64>, String> {
    Ok((0..len).collect())
}

/// For the bound that all functions share.
#[cache_data(weigh)]
fn by_itself(len: usize) -> Vec<u64> {
    vec![0; len]
}

#[cache_data(weigh = |list| list.len())]
fn by_closure(len: usize) -> Vec<u64> {
    vec![0; len]
}

fn main() {
    by_itself(1);
    by_closure(1);
    CACHE_DATA.max_bytes(1);
    assert_eq!((BY_ITSELF.len(), BY_CLOSURE.len()), (0, 1));
    CACHE_DATA.max_bytes(u64::MAX);
    numbers(6);
    numbers(5);
    assert_eq!(NUMBERS.len(), 1);
    numbers(3);
    assert_eq!(NUMBERS.len(), 2);
    fallible(6).expect("this one never fails");
    fallible(4).expect("this one never fails");
    assert_eq!(FALLIBLE.len(), 2);
}
