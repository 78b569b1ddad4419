//! `weigh` tells what a value weighs.

use cache_runtime::cache_data;

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

fn main() {
    numbers(6);
    numbers(5);
    assert_eq!(NUMBERS.len(), 1);
    numbers(3);
    assert_eq!(NUMBERS.len(), 2);
    fallible(6).expect("this one never fails");
    fallible(4).expect("this one never fails");
    assert_eq!(FALLIBLE.len(), 2);
}
