//! After a clear, an insert or a refresh has returned, no process gets from disk what was there before, whatever else
//! goes on.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use cache_disk_tests::{Folder, Talk};

const WORKER: &str = env!("CARGO_BIN_EXE_besieged");

const CLEARS: [&str; 4] = ["clear_slow", "clear_slow_entry", "clear_tag", "clear_all"];

fn with_result(folder: &Folder, part: &str, result: u32) -> Command {
    let mut command = folder.worker(WORKER, &[part]);
    command.env("RESULT", result.to_string());
    command
}

fn run(folder: &Folder, part: &str, result: u32) {
    assert!(with_result(folder, part, result).spawn().expect("it can be run").wait().expect("it ends").success());
}

/// A process whose body has begun and returns 1.
fn running(folder: &Folder, part: &str) -> Talk {
    let mut running = Talk::with(with_result(folder, part, 1).env("WAITS", ""));
    assert_eq!(running.hear(), "running");
    running
}

fn finish(mut running: Talk) {
    running.go_on();
    assert_eq!(running.hear(), "1");
    running.end();
}

#[track_caller]
fn outcome_is(folder: &Folder, outcome: &str) {
    let said = Talk::with(&mut with_result(folder, "slow_outcome", 3)).hear();
    assert_eq!(said, outcome);
}

#[test]
fn a_clear_wins_against_a_body_that_runs_in_another_process_be_it_the_first_of_its_function() {
    for clear in CLEARS {
        let folder = Folder::new();
        let body = running(&folder, "slow");
        run(&folder, clear, 0);
        finish(body);
        outcome_is(&folder, "3 Miss(Absent)");
    }
}

#[test]
fn a_clear_holds_while_another_process_is_stopped_and_does_not_wait_for_it() {
    for clear in CLEARS {
        let folder = Folder::new();
        run(&folder, "slow", 1);
        outcome_is(&folder, "1 Hit");
        let mut writer = folder.worker(env!("CARGO_BIN_EXE_worker"), &["write", "0"]).spawn().expect("it can be run");
        sleep(Duration::from_millis(50));
        let signal = |name: &str| {
            let id = writer.id().to_string();
            assert!(Command::new("kill").args(["-s", name, &id]).status().expect("it can be run").success());
        };
        signal("STOP");
        let begun = Instant::now();
        run(&folder, clear, 0);
        outcome_is(&folder, "3 Miss(Absent)");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        signal("CONT");
        writer.kill().expect("it still runs");
        writer.wait().expect("it ends");
    }
}

#[test]
fn what_was_inserted_or_refreshed_is_not_overtaken_by_a_body_that_had_begun() {
    for newer in ["insert_slow", "slow_refreshed"] {
        let folder = Folder::new();
        let body = running(&folder, "slow");
        run(&folder, newer, 2);
        outcome_is(&folder, "2 Hit");
        finish(body);
        outcome_is(&folder, "2 Hit");
    }
}

#[test]
fn what_was_inserted_is_not_overtaken_by_a_refresh_that_had_begun_nor_that_by_a_clear() {
    let folder = Folder::new();
    let body = running(&folder, "slow_refreshed");
    run(&folder, "insert_slow", 2);
    finish(body);
    outcome_is(&folder, "2 Hit");
    for clear in CLEARS {
        let body = running(&folder, "slow_refreshed");
        run(&folder, clear, 0);
        finish(body);
        outcome_is(&folder, "3 Miss(Absent)");
    }
}

/// Killed, it has said nothing of having cleared.
#[test]
fn a_clear_holds_where_no_file_can_be_written() {
    for clear in CLEARS {
        let folder = Folder::new();
        run(&folder, "slow", 1);
        let limited = format!("ulimit -f 0; exec {WORKER} {clear} 2>/dev/null");
        let _ = folder.run("bash", &["-c", &limited]);
        outcome_is(&folder, "3 Miss(Absent)");
    }
}

#[test]
fn who_has_the_folder_open_sees_at_once_that_it_was_deleted_moved_or_replaced() {
    let damages: [fn(&Folder); 4] = [
        |folder| fs::remove_dir_all(folder.path()).expect("it is ours"),
        |folder| fs::remove_dir_all(folder.path().join("v2")).expect("it is ours"),
        |folder| fs::rename(folder.path().join("v2"), folder.path().join("moved")).expect("it is ours"),
        |folder| {
            fs::rename(folder.path().join("v2"), folder.path().join("moved")).expect("it is ours");
            assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0");
            let _ = folder.run(WORKER, &["clear_plain"]);
        },
    ];
    for damage in damages {
        let folder = Folder::new();
        let mut process = Talk::with(&mut folder.worker(WORKER, &["plain_twice"]));
        assert_eq!((process.hear(), process.hear()), ("ran 10 wrong 0".to_owned(), "between".to_owned()));
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0");
        damage(&folder);
        process.go_on();
        assert_eq!(process.hear(), "ran 10 wrong 0");
        process.end();
    }
}

#[test]
fn what_a_process_cleared_while_the_folder_was_away_is_not_served_when_it_comes_back() {
    for is_moved in [true, false] {
        let folder = Folder::new();
        let home = folder.path().join("v2");
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0");
        let mut process = Talk::with(&mut folder.worker(WORKER, &["clear_when_away"]));
        assert_eq!((process.hear(), process.hear()), ("ran 0 wrong 0".to_owned(), "before".to_owned()));
        let set_mode = |mode| fs::set_permissions(&home, fs::Permissions::from_mode(mode)).expect("it is ours");
        if is_moved {
            fs::rename(&home, folder.path().join("moved")).expect("it is ours");
        } else {
            set_mode(0o777);
        }
        process.go_on();
        assert_eq!(process.hear(), "cleared");
        if is_moved {
            fs::rename(folder.path().join("moved"), &home).expect("it is ours");
        } else {
            set_mode(0o700);
        }
        process.go_on();
        assert_eq!(process.hear(), "ran 10 wrong 0");
        process.end();
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0", "that has been kept");
    }
}

#[test]
fn processes_that_begin_together_on_a_fresh_folder_clear_each_others_entries() {
    for _ in 0..10 {
        let folder = Folder::new();
        let processes: Vec<_> =
            (0..8).map(|_| folder.worker(WORKER, &["plain"]).spawn().expect("it can be run")).collect();
        for mut process in processes {
            assert!(process.wait().expect("it ends").success());
        }
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0", "they have the same keys");
        let _ = folder.run(WORKER, &["clear_plain"]);
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0");
    }
}

/// A user who may do less than the one who runs the tests, if that is one who may do anything.
struct User {
    id: Option<u32>,
    /// Where anybody may read the program.
    programs: Folder,
}

impl User {
    fn new(folder: &Folder) -> Self {
        let (other, programs) = (65_534, Folder::new());
        // Nobody who is forked meanwhile gets it open for writing.
        assert!(Command::new("cp").arg(WORKER).arg(programs.path()).status().expect("it can be run").success());
        Self { id: chown(folder.path(), Some(other), Some(other)).is_ok().then_some(other), programs }
    }

    fn worker(&self, folder: &Folder, part: &str) -> Command {
        let mut command = folder.worker(&self.programs.path().join("besieged").to_string_lossy(), &[part]);
        if let Some(id) = self.id {
            command.uid(id).gid(id);
        }
        command
    }
}

fn set_mode(folder: &Folder, of_folders: u32, of_files: u32) {
    for file in folder.files() {
        fs::set_permissions(file, fs::Permissions::from_mode(of_files)).expect("it is ours");
    }
    let folders: [PathBuf; 2] = [folder.path().join("v2"), folder.path().to_owned()];
    for folder in folders {
        fs::set_permissions(folder, fs::Permissions::from_mode(of_folders)).expect("it is ours");
    }
}

#[test]
fn a_clear_that_cannot_be_written_holds_here_and_for_all_once_it_can() {
    let folder = Folder::new();
    let user = User::new(&folder);
    let run = |part: &str| Talk::with(&mut user.worker(&folder, part)).hear();
    assert_eq!(run("plain"), "ran 10 wrong 0");
    set_mode(&folder, 0o500, 0o400);
    assert_eq!(run("plain"), "ran 0 wrong 0", "what is there can be read");
    let mut process = Talk::with(&mut user.worker(&folder, "clear_between"));
    assert_eq!((process.hear(), process.hear()), ("ran 0 wrong 0".to_owned(), "ran 10 wrong 0".to_owned()));
    assert_eq!(process.hear(), "cleared");
    set_mode(&folder, 0o700, 0o600);
    sleep(Duration::from_millis(150));
    process.go_on();
    assert_eq!(process.hear(), "ran 10 wrong 0");
    process.end();
    assert_eq!(run("plain"), "ran 0 wrong 0");
}
