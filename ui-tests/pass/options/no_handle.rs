//! `no_handle` is for where a handle has no place, such as the `impl` of a trait.

use std::cell::Cell;

use cache_runtime::cache_data;

thread_local!(static RUNS: Cell<u32> = const { Cell::new(0) });

trait Area {
    fn area(&self) -> u32;
}

#[derive(Hash)]
struct Square(u32);

impl Area for Square {
    #[cache_data(no_handle)]
    fn area(&self) -> u32 {
        RUNS.set(RUNS.get() + 1);
        self.0 * self.0
    }
}

#[cache_data(no_handle, max_entries = 5)]
fn plain(x: u32) -> u32 {
    RUNS.set(RUNS.get() + 1);
    x
}

fn main() {
    assert_eq!((Square(2).area(), Square(2).area()), (4, 4));
    assert_eq!(RUNS.get(), 1);
    assert_eq!((plain(1), plain(1)), (1, 1));
    assert_eq!(RUNS.get(), 2);
}
