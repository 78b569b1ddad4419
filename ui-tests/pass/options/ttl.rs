//! `ttl` ends a value's life so long after it was stored.

use std::thread::sleep;
use std::time::Duration;

use cache_runtime::cache_data;

const A_WHILE: Duration = Duration::from_millis(20);

#[cache_data(ttl = "1h30m")]
fn text(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "1 day, 2 hours")]
fn long_text(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "01:30:00")]
fn clock_time(x: u32) -> u32 {
    x
}

#[cache_data(ttl = 90)]
fn seconds(x: u32) -> u32 {
    x
}

#[cache_data(ttl = 1.5)]
fn decimal(x: u32) -> u32 {
    x
}

#[cache_data(ttl = A_WHILE)]
fn expression(x: u32) -> u32 {
    x
}

fn main() {
    text(1);
    long_text(1);
    clock_time(1);
    seconds(1);
    decimal(1);
    let in_about = |left: Option<Duration>, seconds: u64| {
        let left = left.expect("the value was stored just now and lives on");
        left > Duration::from_secs(seconds) - Duration::from_secs(1) && left <= Duration::from_secs(seconds)
    };
    assert!(in_about(TEXT.entry(1).expires_in(), 5_400));
    assert!(in_about(LONG_TEXT.entry(1).expires_in(), 93_600));
    assert!(in_about(CLOCK_TIME.entry(1).expires_in(), 5_400));
    assert!(in_about(SECONDS.entry(1).expires_in(), 90));
    assert!(DECIMAL.entry(1).expires_in() <= Some(Duration::from_millis(1_500)));

    expression(1);
    sleep(A_WHILE * 2);
    assert!(!EXPRESSION.entry(1).contains());
}
