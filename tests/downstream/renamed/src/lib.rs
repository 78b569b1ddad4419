//! Expansions name the runtime by the path that `crate = "…"` gives.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]

use memory::{cache_data, cache_resource};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The square of `x`.
#[cache_data(crate = "memory", max_entries = 10, ttl = "1h")]
#[must_use]
pub fn square(x: u64) -> u64 {
    x * x
}

/// Bytes that weigh by themselves.
#[cache_data(crate = "memory", max_bytes = "1MiB")]
#[must_use]
pub fn bytes(length: usize) -> Vec<u8> {
    vec![0; length]
}

/// A table of squares.
#[cache_resource(crate = "::memory")]
#[must_use]
pub fn table(size: u64) -> Arc<[u64]> {
    (0..size).map(square).collect()
}

/// The length of `text`, later.
///
/// # Errors
/// Returns `Err` for an empty text.
#[cache_data(crate = "memory")]
pub async fn length(text: &str) -> Result<usize, String> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.len())
}

/// A row that is locked to be read.
#[derive(Clone, Default)]
pub struct Row(Arc<Mutex<Vec<u8>>>);

impl Row {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::hash::Hash for Row {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

/// How many bytes are in `row`. In this edition the guard lives on to the end of the body, and parameters live longer.
#[cache_data(crate = "memory")]
#[must_use]
pub fn row_length(row: Row) -> usize {
    row.bytes().len()
}

/// The same for a pair of rows, later.
#[cache_data(crate = "memory")]
pub async fn pair_length((row, other): (Row, Row)) -> usize {
    row.bytes().len() + other.bytes().len()
}

#[cfg(test)]
mod tests {
    use super::{row_length, square, table, Row, ROW_LENGTH, SQUARE, TABLE};
    use std::sync::Arc;

    #[test]
    fn a_body_may_end_with_what_borrows_a_parameter() {
        assert_eq!((row_length(Row::default()), row_length(Row::default())), (0, 0));
        assert_eq!(ROW_LENGTH.stats().misses, 1);
    }

    #[test]
    fn a_renamed_runtime_works() {
        assert_eq!((square(3), square(3), SQUARE.stats().hits), (9, 9, 1));
        assert!(Arc::ptr_eq(&table(4), &table(4)));
        assert_eq!(TABLE.len(), 1);
    }
}
