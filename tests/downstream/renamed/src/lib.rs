//! Expansions name the runtime by the path that `crate = "…"` gives.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]

use memory::{cache_data, cache_resource};
use std::sync::Arc;

/// The square of `x`.
#[cache_data(crate = "memory", max_entries = 10, ttl = "1h")]
#[must_use]
pub fn square(x: u64) -> u64 {
    x * x
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

#[cfg(test)]
mod tests {
    use super::{square, table, SQUARE, TABLE};
    use std::sync::Arc;

    #[test]
    fn a_renamed_runtime_works() {
        assert_eq!((square(3), square(3), SQUARE.stats().hits), (9, 9, 1));
        assert!(Arc::ptr_eq(&table(4), &table(4)));
        assert_eq!(TABLE.len(), 1);
    }
}
