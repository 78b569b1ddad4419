//! `refresh_after` hands out the old value while one caller recomputes.

use std::time::Duration;

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", refresh_after = "1m")]
fn f(x: u32) -> u32 {
    x
}

#[cache_data(refresh_after = Duration::from_secs(60), ttl = Duration::from_secs(3_600))]
fn expression(x: u32) -> u32 {
    x
}

fn main() {
    assert_eq!((f(1), f(1)), (1, 1));
    assert_eq!(F.stats().hits, 1);
    assert!(F.entry(1).expires_in() > Some(Duration::from_secs(60)));
    assert_eq!(expression(1), 1);
}
