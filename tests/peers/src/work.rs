//! What all contenders are given to do: the same arguments, the same bodies.

use std::sync::Arc;
use std::time::Duration;

/// The bound wherever there is one.
pub(crate) const BOUND: usize = 1_000;
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

pub(crate) fn number(x: u64) -> u64 {
    x.wrapping_mul(3)
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

pub(crate) fn string(x: u64) -> String {
    format!("{x:036}")
}

pub(crate) fn table(x: u64) -> Arc<Table> {
    Arc::new(vec![x; 16])
}

/// Numbers below `count`, a power of two, each as often as any other and none after its neighbour.
pub(crate) fn spread(turn: u64, count: u64) -> u64 {
    turn.wrapping_mul(0x9E37_79B9) & (count - 1)
}
