use std::panic::catch_unwind;
use std::time::Duration;

use cache_runtime::cache_data;
use cache_runtime::testing::Clock;
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

#[cache_data]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    LOG.ran(text);
    Ok(text.parse::<u32>()? + 1)
}

#[test]
fn err_is_returned_and_not_kept_ok_is_kept() {
    assert!(parse("x").is_err());
    assert!(parse("x").is_err());
    assert_eq!(parse("1"), Ok(2));
    assert_eq!(parse("1"), Ok(2));
    LOG.expect(["x", "x", "1"]);
    assert_eq!(PARSE.len(), 1);
}

static IO_LOG: CallLog = CallLog::new();

#[cache_data]
fn read(path: &str) -> std::io::Result<String> {
    IO_LOG.ran(path);
    if path == "missing" { Err(std::io::ErrorKind::NotFound.into()) } else { Ok(path.to_uppercase()) }
}

#[test]
fn an_alias_of_result_is_a_result() {
    assert!(read("missing").is_err());
    assert!(read("missing").is_err());
    assert_eq!(read("a").ok(), read("a").ok());
    assert_eq!(READ.entry("a").get().as_deref(), Some("A"));
    IO_LOG.expect(["missing", "missing", "a"]);
}

static KEPT_LOG: CallLog = CallLog::new();

#[cache_data(cache_err = true)]
fn kept(text: &str) -> Result<u32, String> {
    KEPT_LOG.ran(text);
    text.parse().map_err(|_| format!("{text} is no number"))
}

#[test]
fn cache_err_keeps_the_whole_result() {
    assert_eq!(kept("x"), kept("x"));
    assert_eq!(kept("1"), kept("1"));
    KEPT_LOG.expect(["x", "1"]);
    assert_eq!(KEPT.entry("1").get(), Some(Ok(1)));
}

static BRIEF_LOG: CallLog = CallLog::new();

#[cache_data(cache_err = "5s", ttl = "1h")]
fn kept_briefly(text: &str) -> Result<u32, String> {
    BRIEF_LOG.ran(text);
    text.parse().map_err(|_| format!("{text} is no number"))
}

#[test]
fn cache_err_keeps_an_error_as_long_as_it_says() {
    let clock = Clock::new();
    clock.enter(|| {
        let _ = (kept_briefly("x"), kept_briefly("1"));
        BRIEF_LOG.expect(["x", "1"]);
        clock.advance(Duration::from_millis(4_999));
        let _ = (kept_briefly("x"), kept_briefly("1"));
        BRIEF_LOG.expect_nothing();
        clock.advance(Duration::from_millis(1));
        let _ = (kept_briefly("x"), kept_briefly("1"));
        BRIEF_LOG.expect(["x"]);
    });
}

static IF_LOG: CallLog = CallLog::new();

#[cache_data(cache_if = |found| found.is_some())]
fn lookup(name: &str) -> Option<usize> {
    IF_LOG.ran(name);
    (!name.is_empty()).then_some(name.len())
}

static NONE_LOG: CallLog = CallLog::new();

#[cache_data]
fn lookup_any(name: &str) -> Option<usize> {
    NONE_LOG.ran(name);
    (!name.is_empty()).then_some(name.len())
}

#[test]
fn none_is_a_value_unless_cache_if_leaves_it_out() {
    assert_eq!((lookup(""), lookup(""), lookup("a"), lookup("a")), (None, None, Some(1), Some(1)));
    IF_LOG.expect(["", "", "a"]);
    assert_eq!((lookup_any(""), lookup_any("")), (None, None));
    NONE_LOG.expect([""]);
}

static PANIC_LOG: CallLog = CallLog::new();

#[cache_data]
fn fragile(denominator: u32) -> u32 {
    PANIC_LOG.ran(denominator.to_string());
    100 / denominator
}

#[test]
fn a_panic_goes_to_its_caller_and_nothing_is_kept() {
    for _ in 0..2 {
        assert!(catch_unwind(|| fragile(0)).is_err());
    }
    assert_eq!(fragile(5), 20);
    PANIC_LOG.expect(["0", "0", "5"]);
    assert_eq!(FRAGILE.len(), 1);
}
