use cache_runtime::cache_data;
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

#[cache_data]
fn rows(table: &str) -> Vec<String> {
    LOG.ran(table);
    vec![table.to_owned()]
}

#[test]
fn a_hit_runs_nothing_and_callers_cannot_change_what_is_kept() {
    let mut first = rows("users");
    LOG.expect(["users"]);
    first.push("changed".into());
    assert_eq!(rows("users"), ["users"]);
    LOG.expect_nothing();
    assert_eq!(rows("groups"), ["groups"]);
    LOG.expect(["groups"]);
}

#[cache_data]
fn nothing(log: &'static str) {
    LOG_OF_NOTHING.ran(log);
}

static LOG_OF_NOTHING: CallLog = CallLog::new();

#[test]
fn a_function_without_a_value_runs_once() {
    nothing("once");
    nothing("once");
    LOG_OF_NOTHING.expect(["once"]);
}
