//! What `persist` accepts, and what it says of values that cannot be persisted.

use std::process::Command;

/// Whose words stand in `fail/disk/`: the compiler's own change from release to release.
const RECORDED_WITH: &str = "rustc 1.95.";

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("../../ui-tests/pass/disk/*.rs");
    let output = Command::new("rustc").arg("--version").output().expect("rustc can be run");
    if output.stdout.starts_with(RECORDED_WITH.as_bytes()) {
        cases.compile_fail("../../ui-tests/fail/disk/*.rs");
    }
}
