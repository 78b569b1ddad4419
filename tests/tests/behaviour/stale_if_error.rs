use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Outcome, cache_data, trace};
use cache_tests::CallLog;
use parking_lot::Mutex;

static DOWN: Mutex<bool> = Mutex::new(false);
static LOG: CallLog = CallLog::new();

#[cache_data(ttl = "10s", stale_if_error = "1m")]
fn quote(item: &str) -> Result<usize, String> {
    LOG.ran(item);
    if *DOWN.lock() { Err("down".into()) } else { Ok(item.len()) }
}

#[test]
fn on_err_the_last_good_value_is_handed_out_for_so_long_past_its_end() {
    let clock = Clock::new();
    clock.enter(|| {
        assert_eq!(quote("tea"), Ok(3));
        *DOWN.lock() = true;
        clock.advance(Duration::from_secs(10));
        assert!(!QUOTE.entry("tea").contains());
        let (value, calls) = trace(|| quote("tea"));
        assert_eq!((value, calls[0].outcome), (Ok(3), Outcome::Stale));
        clock.advance(Duration::from_millis(59_999));
        assert_eq!(quote("tea"), Ok(3));
        LOG.expect(["tea", "tea", "tea"]);
        assert_eq!(QUOTE.stats().stale, 2);
        assert_eq!(QUOTE.stats().misses, 1);
        clock.advance(Duration::from_millis(1));
        assert!(quote("tea").is_err());
        assert!(quote("coffee").is_err());
        *DOWN.lock() = false;
        assert_eq!(quote("tea"), Ok(3));
    });
}
