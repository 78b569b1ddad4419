//! `stale_if_error` prefers an old value to an error.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use cache_runtime::cache_data;

static IS_DOWN: AtomicBool = AtomicBool::new(false);

#[cache_data(ttl = "10ms", stale_if_error = "1h")]
fn rate(currency: &str) -> Result<usize, String> {
    if IS_DOWN.load(Ordering::Relaxed) { Err("down".into()) } else { Ok(currency.len()) }
}

#[cache_data(time_to_idle = "10m", stale_if_error = 60)]
fn idle(x: u32) -> std::io::Result<u32> {
    Ok(x)
}

#[cache_data(ttl_of = |_| Duration::from_secs(5), stale_if_error = Duration::from_secs(5))]
fn own(x: u32) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    assert_eq!(rate("EUR"), Ok(3));
    IS_DOWN.store(true, Ordering::Relaxed);
    sleep(Duration::from_millis(30));
    assert_eq!(rate("EUR"), Ok(3));
    assert_eq!(rate("USDT"), Err("down".into()));
    idle(1).expect("this one never fails");
    own(1).expect("this one never fails");
}
