//! `jitter` spreads lifetimes.

#![deny(warnings, clippy::pedantic)]

use std::time::Duration;

use cache_runtime::{cache_data, cache_resource};
use std::sync::Arc;

#[cache_data(ttl = "1h", jitter = 0.1)]
fn literal(x: u32) -> u32 {
    x
}

const SHARE: f32 = 0.25;

#[cache_resource(ttl_of = |_| Duration::from_secs(1), jitter = SHARE)]
fn expression(x: u32) -> Arc<u32> {
    Arc::new(x)
}

#[cache_data(cache_err = "5s", jitter = 1e-3)]
fn errors(x: u32) -> Result<u32, u32> {
    Err(x)
}

fn main() {
    literal(1);
    assert!(LITERAL.entry(1).expires_in() <= Some(Duration::from_secs(3_600)));
    assert_eq!((*expression(1), errors(1)), (1, Err(1)));
}
