//! A value heavier than its bound is not kept, and that is said.

use std::process::{Command, Stdio};

use cache_runtime::{Session, cache_data};
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

#[cache_data(max_bytes = 10, weigh = |text| text.len())]
fn text(len: usize) -> String {
    LOG.ran(format!("text({len})"));
    "x".repeat(len)
}

#[test]
fn it_is_counted_once_per_value_and_the_body_runs_at_every_call() {
    text(10);
    text(10);
    assert_eq!(TEXT.stats().too_heavy, 0);
    text(11);
    text(11);
    TEXT.entry(12).insert("x".repeat(12));
    LOG.expect(["text(10)", "text(11)", "text(11)"]);
    let stats = TEXT.stats();
    assert_eq!((stats.too_heavy, stats.evictions, stats.entries), (3, 0, 1));
}

/// Calls what is too heavy, for the test below that looks at what is said meanwhile.
#[test]
fn calls_what_is_too_heavy() {
    #[cache_data(max_bytes = 10, weigh = |_| 1_000)]
    fn heavy(x: u32) -> u32 {
        x
    }

    #[cache_data(max_bytes = 10, weigh = |_| 2_000, scope = "session")]
    fn heavy_in_sessions(x: u32) -> u32 {
        x
    }

    for x in 0..3 {
        heavy(x);
        Session::new().enter(|| heavy_in_sessions(x));
    }
    assert_eq!((HEAVY.stats().too_heavy, HEAVY_IN_SESSIONS.stats().too_heavy), (3, 3));
}

#[test]
fn it_is_warned_about_once_for_each_function() {
    let test = std::env::current_exe().expect("a test is a program");
    let output = Command::new(test)
        .args(["--exact", "--nocapture", "too_heavy::calls_what_is_too_heavy"])
        .stdin(Stdio::null())
        .output()
        .expect("it can be run");
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    for (function, weight) in [("heavy", "1000"), ("heavy_in_sessions", "2000")] {
        let warnings: Vec<_> = said.lines().filter(|line| line.contains(&format!("::{function}`"))).collect();
        let [warning] = warnings.as_slice() else { panic!("{function} is warned about so: {warnings:?}") };
        assert!(warning.contains(weight) && warning.contains("`max_bytes` is 10"), "{warning}");
    }
}
