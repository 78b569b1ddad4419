//! What a process is set to: to verify, or to run uncached.

use cache_disk_tests::Folder;

const WORKER: &str = env!("CARGO_BIN_EXE_trusted");

/// What it says on both ways out, with `CACHE_RUNTIME` set to this.
fn run(folder: &Folder, mode: &str, argument: &str, variable: &str) -> (String, String) {
    let mut worker = folder.worker(WORKER, &[argument]);
    worker.env("CACHE_RUNTIME", mode).env("TRUSTED", variable).stderr(std::process::Stdio::piped());
    let output = worker.output().expect("it can be run");
    let text = |bytes| String::from_utf8(bytes).expect("it is text").trim_end().to_owned();
    let (said, warned) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{said} {warned}");
    (said, warned)
}

const CACHED: &str = "(2, Some(\"a\"), 4, 4)\nHit\nHit\nMiss(Absent)\nHit";

#[test]
fn values_of_code_that_is_not_followed_and_of_variables_are_found() {
    let folder = Folder::new();
    run(&folder, "", "", "a");
    assert_eq!(run(&folder, "", "", "b"), (CACHED.to_owned(), String::new()));
    let (said, warned) = run(&folder, "", "verify new", "b");
    let lines = [
        "trusted::of_linked Some(\"2\") Some(\"3\")",
        "trusted::of_variable Some(\"Some(\\\"a\\\")\") Some(\"Some(\\\"b\\\")\")",
    ];
    assert_eq!((said, warned.as_str()), (lines.join("\n"), ""));
    assert_eq!(run(&folder, "", "verify", "a"), (String::new(), String::new()));
}

#[test]
fn a_process_that_verifies_gets_what_is_kept_and_warns_once_for_each_function() {
    let folder = Folder::new();
    run(&folder, "", "", "a");
    let (said, warned) = run(&folder, "verify", "new", "b");
    assert_eq!(said, CACHED);
    let lines: Vec<_> = warned.lines().collect();
    assert_eq!(lines.len(), 2, "{warned}");
    assert!(lines[0].starts_with("warning: `trusted::of_linked`: for a value that was kept "), "{warned}");
    assert!(lines[0].ends_with("the body makes another value: 3, and kept is 2; this is told once"), "{warned}");
    assert!(lines[1].starts_with("warning: `trusted::of_variable`: "), "{warned}");
    assert_eq!(run(&folder, "verify", "", "a"), (CACHED.to_owned(), String::new()));
    // A sample of none to speak of finds nothing in three hits.
    assert_eq!(run(&folder, "verify:0.0000001", "new", "b"), (CACHED.to_owned(), String::new()));
}

#[test]
fn a_process_can_run_uncached() {
    let bypassed = "(3, Some(\"b\"), 4, 4)\nBypassed\nBypassed\nBypassed\nBypassed";
    let folder = Folder::new();
    std::fs::remove_dir(folder.path()).expect("it is empty");
    for (mode, argument) in [("off", "new"), ("", "off new"), ("verify", "off new")] {
        assert_eq!(run(&folder, mode, argument, "b"), (bypassed.to_owned(), String::new()));
        assert!(!folder.path().exists());
    }
}

#[test]
fn it_can_be_said_too_late() {
    let folder = Folder::new();
    let (said, _) = run(&folder, "", "late", "a");
    assert_eq!(said.lines().last(), Some("true"));
}

#[test]
fn a_wrong_word_is_one_line_and_changes_nothing() {
    let folder = Folder::new();
    run(&folder, "", "", "a");
    for word in ["Off", "verify:2", "on"] {
        let (said, warned) = run(&folder, word, "", "b");
        let line = format!(
            "warning: `CACHE_RUNTIME={word}` changes nothing: it can be `off`, `verify`, or `verify:` and a fraction, as \
             `verify:0.01`"
        );
        assert_eq!((said.as_str(), warned), (CACHED, line));
    }
}
