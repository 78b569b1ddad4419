//! `time_to_idle` ends a value's life so long after its last use.

use std::thread::sleep;
use std::time::Duration;

use cache_runtime::cache_data;

#[cache_data(time_to_idle = "100ms")]
fn f(x: u32) -> u32 {
    x
}

#[cache_data(time_to_idle = 90, ttl = Duration::from_secs(60))]
fn both(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
    assert!(F.entry(1).contains());
    sleep(Duration::from_millis(250));
    assert!(!F.entry(1).contains());
    both(1);
    assert!(BOTH.entry(1).expires_in() <= Some(Duration::from_secs(60)));
}
