//! An address says nothing of what is there.

use std::ptr::NonNull;

use cache_runtime::cache_data;

#[cache_data]
fn sum(bytes: *const u8, len: usize) -> usize {
    bytes.addr() + len
}

#[cache_data]
unsafe fn fill(target: Option<(*mut u8, usize)>, owner: NonNull<u8>) -> bool {
    target.is_some_and(|_| owner.is_aligned())
}

#[cache_data]
fn shared(rows: &[*const u8]) -> usize {
    rows.len()
}

// These are not pointers to data, or it is said what stands for them.
#[cache_data]
fn allowed(f: fn(*const u8), _left_out: *mut u8, #[cache(by = |p| p.addr())] address: *const u8) -> usize {
    f(address);
    1
}

#[cache_data(key = len)]
fn keyed(bytes: *const u8, len: usize) -> usize {
    bytes.addr() + len
}

fn main() {
    sum(&1, 1);
    shared(&[&1]);
    allowed(|_| (), &mut 1, &1);
    keyed(&1, 1);
    KEYED.entry(1).clear();
}
