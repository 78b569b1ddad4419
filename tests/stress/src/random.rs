//! A small generator per thread, so that each goes its own way, the same for the same seed as far as threads allow.

use std::cell::Cell;

thread_local! {
    /// Without a destructor: it is still there when a thread ends.
    static STATE: Cell<u64> = const { Cell::new(1) };
}

/// Where this thread's way begins.
pub(crate) fn begin(seed: u64, thread: u64) {
    let mixed = (seed ^ thread.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    STATE.set((mixed ^ (mixed >> 31)).max(1));
    below(2);
}

/// A number below `end`.
pub(crate) fn below(end: u64) -> u64 {
    let mut state = STATE.get();
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    STATE.set(state);
    (state >> 16) % end
}

/// True once in `n` times.
pub(crate) fn one_in(n: u64) -> bool {
    below(n) == 0
}

/// One of them.
pub(crate) fn one_of<T>(all: &[T]) -> &T {
    &all[index_below(all.len())]
}

/// An index below `end`.
pub(crate) fn index_below(end: usize) -> usize {
    usize::try_from(below(end as u64)).expect("it is below a usize")
}
