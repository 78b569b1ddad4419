//! What all contenders are given to do: the same arguments, the same bodies.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// The bound wherever there is one.
pub(crate) const BOUND: usize = 1_000;
/// The bound where there are more keys.
pub(crate) const LARGE_BOUND: usize = 10_000;
/// The lifetime wherever there is one: nothing ends while it is measured.
pub(crate) const HOUR: Duration = Duration::from_hours(1);
/// The key of what is looked up all the time.
pub(crate) const HOT: u64 = 7;

/// 36 bytes, as long as a UUID.
pub(crate) const TEXT: &str = "4f2d7c1e-9a58-4b60-8c3f-d2b7a6e51094";

/// An argument of several fields.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Query {
    pub(crate) table: String,
    pub(crate) page: u32,
    /// A float as its bits, so that every peer can hash it.
    pub(crate) threshold: u64,
    pub(crate) user: u64,
    pub(crate) descending: bool,
}

impl Query {
    pub(crate) fn example() -> Self {
        let table = "customers_by_region".to_owned();
        Self { table, page: 3, threshold: 0.75_f64.to_bits(), user: 123_456, descending: true }
    }
}

/// What is shared behind an `Arc`.
pub(crate) type Table = Vec<u64>;

thread_local! {
    // Not one for all threads, which would be charged to the misses of two.
    static BODIES: Cell<u64> = const { Cell::new(0) };
}

/// How many bodies ran on this thread, of those that count.
pub(crate) fn bodies() -> u64 {
    BODIES.get()
}

fn count_body() {
    BODIES.set(BODIES.get() + 1);
}

pub(crate) fn triple(x: u64) -> u64 {
    x.wrapping_mul(3)
}

/// Counted.
pub(crate) fn number(x: u64) -> u64 {
    count_body();
    triple(x)
}

pub(crate) fn size(x: &[u8]) -> u64 {
    x.len() as u64
}

pub(crate) fn reals_size(x: &[f64]) -> u64 {
    x.len() as u64
}

pub(crate) fn user(x: &Query) -> u64 {
    x.user
}

/// Counted.
pub(crate) fn string(x: u64) -> String {
    count_body();
    format!("{x:036}")
}

pub(crate) fn table(x: u64) -> Arc<Table> {
    Arc::new(vec![x; 16])
}

/// Numbers below `count`, a power of two, each as often as any other and none after its neighbour.
pub(crate) fn spread(turn: u64, count: u64) -> u64 {
    turn.wrapping_mul(0x9E37_79B9) & (count - 1)
}

/// Numbers below `count`, each as often as any other, in no order that a processor would find out.
pub(crate) fn uniform(turn: u64, count: u64) -> u64 {
    let x = turn.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((x >> 32) * count) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_keys_all_come_and_about_as_often() {
        let mut counts = [0_u32; 900];
        for turn in 0..900_000 {
            counts[usize::try_from(uniform(turn, 900)).expect("a key")] += 1;
        }
        assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
    }

    #[test]
    fn bodies_are_counted_on_their_thread() {
        let before = bodies();
        assert_eq!((number(2), string(1).len()), (6, 36));
        assert_eq!(std::thread::spawn(|| (number(2), bodies()).1).join().ok(), Some(1));
        assert_eq!(bodies() - before, 2);
    }
}
