//! What one process leaves to the next, and what several do at once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use cache_disk_tests::{Folder, said};

const WORKER: &str = env!("CARGO_BIN_EXE_worker");

#[test]
fn the_next_process_runs_nothing() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["read"]), "ran 33 wrong 0");
    assert_eq!(folder.run(WORKER, &["read"]), "ran 0 wrong 0");
    assert_eq!(folder.run(WORKER, &["outcome", "7"]), "Hit true");
    assert_eq!(folder.run(WORKER, &["read", "40"]), "ran 11 wrong 0");
}

#[test]
fn errors_are_not_kept() {
    let folder = Folder::new();
    for _ in 0..2 {
        assert_eq!(folder.run(WORKER, &["fail"]), "ran 1 wrong 0");
    }
}

#[test]
fn six_processes_on_the_same_keys_agree() {
    let folder = Folder::new();
    let children: Vec<_> =
        (0..6).map(|_| folder.worker(WORKER, &["read", "300"]).spawn().expect("it can be run")).collect();
    for child in children {
        assert!(said(child).ends_with("wrong 0"));
    }
    assert_eq!(folder.run(WORKER, &["read", "300"]), "ran 0 wrong 0");
}

#[test]
fn a_clear_reaches_what_other_processes_left() {
    let folder = Folder::new();
    let _ = folder.run(WORKER, &["read"]);
    let _ = folder.run(WORKER, &["clear_entry", "5"]);
    assert_eq!(folder.run(WORKER, &["outcome", "5"]), "Miss(Absent) true");
    assert_eq!(folder.run(WORKER, &["remove_entry", "6"]), "true");
    assert_eq!(folder.run(WORKER, &["outcome", "6"]), "Miss(Absent) true");
    assert_eq!(folder.run(WORKER, &["retain"]), "ran 0 wrong 0");
    assert_eq!(folder.run(WORKER, &["outcome", "7"]), "Miss(Absent) true");
    assert_eq!(folder.run(WORKER, &["read"]), "ran 0 wrong 0");
    let _ = folder.run(WORKER, &["clear"]);
    assert_eq!(folder.run(WORKER, &["read"]), "ran 30 wrong 0", "the large ones are of another function");
    let _ = folder.run(WORKER, &["clear_tag"]);
    assert_eq!(folder.run(WORKER, &["read"]), "ran 30 wrong 0");
    let _ = folder.run(WORKER, &["clear_all"]);
    assert_eq!(folder.run(WORKER, &["read"]), "ran 33 wrong 0");
    assert_eq!(folder.values().len(), 33, "what was cleared has been replaced");
}

#[test]
fn methods_of_two_types_are_two_functions() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["prices"]), "ran 10 wrong 0");
    assert_eq!(folder.run(WORKER, &["prices"]), "ran 0 wrong 0");
    let _ = folder.run(WORKER, &["clear_one_tea"]);
    assert_eq!(folder.run(WORKER, &["prices"]), "ran 1 wrong 0");
    let _ = folder.run(WORKER, &["clear_tea"]);
    assert_eq!(folder.run(WORKER, &["prices"]), "ran 5 wrong 0");
}

#[test]
fn a_clear_of_nothing_makes_no_folder() {
    let folder = Folder::new();
    std::fs::remove_dir_all(folder.path()).expect("it is ours");
    let _ = folder.run(WORKER, &["clear_all"]);
    assert!(!folder.path().exists());
}

#[test]
fn a_lifetime_holds_across_processes() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["short_lived"]), "ran 1 wrong 0");
    assert_eq!(folder.run(WORKER, &["short_lived"]), "ran 0 wrong 0");
    sleep(Duration::from_millis(400));
    assert_eq!(folder.run(WORKER, &["short_lived"]), "ran 1 wrong 0");
}

#[test]
fn a_bound_holds_across_processes_for_the_longest_unused() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["bounded", "50"]), "ran 50 wrong 0");
    assert_eq!(folder.run(WORKER, &["last_of_bounded", "40"]), "10");
    assert_eq!(folder.run(WORKER, &["last_of_bounded", "0"]), "0");
}

#[test]
fn what_is_inserted_is_there_for_the_next_process() {
    let folder = Folder::new();
    let _ = folder.run(WORKER, &["insert", "77"]);
    assert_eq!(folder.run(WORKER, &["inserted"]), "77");
}

#[test]
fn without_memory_a_clear_by_another_process_is_seen_at_once() {
    let folder = Folder::new();
    let mut child = folder.worker(WORKER, &["unremembered"]).stdin(Stdio::piped()).spawn().expect("it can be run");
    let mut told = BufReader::new(child.stdout.take().expect("it tells"));
    let mut line = String::new();
    told.read_line(&mut line).expect("it tells");
    assert_eq!(line, "ran 1 wrong 0\n");
    let _ = folder.run(WORKER, &["clear_unremembered"]);
    child.stdin.take().expect("it listens").write_all(b"\n").expect("it listens");
    line.clear();
    told.read_line(&mut line).expect("it tells");
    assert_eq!(line, "ran 1 wrong 0\n");
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn what_depends_on_an_input_stays_in_memory() {
    let folder = Folder::new();
    for _ in 0..2 {
        assert_eq!(folder.run(WORKER, &["with_input"]), "ran 2 wrong 0");
    }
}

#[test]
fn what_is_primed_for_a_session_stays_in_memory() {
    let folder = Folder::new();
    for _ in 0..2 {
        assert_eq!(folder.run(WORKER, &["primed_in_a_session"]), "ran 1 wrong 0");
    }
}

#[test]
fn async_functions_are_persisted_too() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["task"]), "ran 1 wrong 0");
    assert_eq!(folder.run(WORKER, &["task"]), "ran 0 wrong 0");
    assert_eq!(folder.run(WORKER, &["large_task"]), "ran 1 wrong 0");
    assert_eq!(folder.run(WORKER, &["large_task"]), "ran 0 wrong 0");
}

#[test]
fn the_folder_is_its_owners_alone() {
    let folder = Folder::new();
    std::fs::remove_dir(folder.path()).expect("it is empty");
    let _ = folder.run(WORKER, &["read"]);
    let mode = std::fs::metadata(folder.path()).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_process_whose_folder_is_deleted_goes_on() {
    let folder = Folder::new();
    let mut child = folder.worker(WORKER, &["twice"]).stdin(Stdio::piped()).spawn().expect("it can be run");
    sleep(Duration::from_millis(300));
    std::fs::remove_dir_all(folder.path()).expect("it is ours");
    child.stdin.take().expect("it listens").write_all(b"\n").expect("it listens");
    let said = said(child);
    assert!(said.lines().all(|line| line.ends_with("wrong 0")) && said.lines().count() == 2, "{said}");
    let _ = folder.run(WORKER, &["read"]);
    assert_eq!(folder.run(WORKER, &["read"]), "ran 0 wrong 0");
}
