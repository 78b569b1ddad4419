//! What the attributes accept and refuse, and what they say.
//!
//! `TRYBUILD=overwrite cargo test -p cache-ui-tests` records what is said now.

use std::io::Write as _;
use std::process::Command;

/// Whose words stand in `fail/rustc/`: the compiler's own change from release to release.
const RECORDED_WITH: &str = "rustc 1.95.";

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.pass("pass/options/*.rs");
    cases.compile_fail("fail/*.rs");
    cases.compile_fail("fail/options/*.rs");
    let release = rustc_release();
    if release.starts_with(RECORDED_WITH) {
        cases.compile_fail("fail/rustc/*.rs");
    } else {
        // Not `println!`: a test that passes would not show it.
        let line = format!("skipped fail/rustc/: recorded with {RECORDED_WITH}x, this is {release}\n");
        std::io::stderr().write_all(line.as_bytes()).expect("stderr can be written to");
    }
}

fn rustc_release() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("rustc can be run");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
