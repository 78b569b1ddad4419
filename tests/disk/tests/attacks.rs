//! Whatever is done to the folder or to the process, a call runs its body at worst: it does not wait, fail, or touch
//! anything else.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use cache_disk_tests::{Folder, said};

const WORKER: &str = env!("CARGO_BIN_EXE_besieged");

fn filled() -> Folder {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0");
    folder
}

fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("it can be run").success());
}

/// What is said on the error stream of a process that calls.
fn warning(folder: &Folder, expected: &str) -> String {
    let child = folder.worker(WORKER, &["plain"]).stderr(Stdio::piped()).spawn().expect("it can be run");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), expected);
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_pipe_in_place_of_a_file_is_not_waited_for_and_is_replaced() {
    let folder = filled();
    for file in folder.files() {
        fs::remove_file(&file).expect("it is ours");
        make_fifo(&file);
    }
    let begun = Instant::now();
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0");
}

#[test]
fn a_socket_or_a_device_in_place_of_a_file_is_replaced() {
    let folder = filled();
    for file in folder.files() {
        fs::remove_file(&file).expect("it is ours");
        drop(std::os::unix::net::UnixListener::bind(&file).expect("there is room"));
    }
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0");
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0");
}

#[test]
fn no_link_inside_of_the_folder_is_followed() {
    let filled = filled();
    let elsewhere = Folder::new();
    filled.copy_to(&elsewhere);
    let before: Vec<_> = elsewhere.files().iter().map(|file| fs::read(file).expect("it is there")).collect();
    let depth = |path: &Path| path.components().count() - filled.path().components().count();
    let values = filled.values();
    let file = values[0].as_path();
    for linked in file.ancestors().take_while(|path| depth(path) > 0).chain([&*filled.path().join("v2/nonces")]) {
        let folder = Folder::new();
        filled.copy_to(&folder);
        let place = linked.strip_prefix(filled.path()).expect("it is in there");
        let link = folder.path().join(place);
        if link.is_dir() { fs::remove_dir_all(&link) } else { fs::remove_file(&link) }.expect("it is ours");
        symlink(elsewhere.path().join(place), &link).expect("there is room");
        let first = folder.run(WORKER, &["plain"]);
        assert!(first.ends_with("wrong 0") && first != "ran 0 wrong 0", "{}: {first}", place.display());
        let _ = folder.run(WORKER, &["clear_plain"]);
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 10 wrong 0", "{}", place.display());
        assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0", "{}", place.display());
        let after: Vec<_> = elsewhere.files().iter().map(|file| fs::read(file).expect("it is there")).collect();
        assert!(after == before, "{}: what the link leads to was changed", place.display());
    }
}

#[test]
fn a_folder_that_is_a_link_or_that_others_may_write_to_is_not_used_and_a_warning_says_so() {
    let (folder, target) = (Folder::new(), Folder::new());
    fs::remove_dir(folder.path()).expect("it is empty");
    symlink(target.path(), folder.path()).expect("there is room");
    let said = warning(&folder, "ran 10 wrong 0");
    assert!(said.starts_with("warning: ") && said.lines().count() == 1, "{said}");
    assert!(target.files().is_empty());
    fs::remove_file(folder.path()).expect("it is ours");

    for mode in [0o777, 0o770, 0o702] {
        let folder = Folder::new();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).expect("it is ours");
        let said = warning(&folder, "ran 10 wrong 0");
        assert!(said.contains("others may write to it") && said.lines().count() == 1, "{said}");
        assert!(folder.files().is_empty());
    }
    let folder = filled();
    fs::set_permissions(folder.path().join("v2"), fs::Permissions::from_mode(0o777)).expect("it is ours");
    assert!(warning(&folder, "ran 10 wrong 0").contains("others may write to it"));
}

#[test]
fn a_folder_of_another_user_is_not_used_and_a_warning_says_so() {
    let folder = filled();
    // Who may not give a folder away uses one that never was theirs.
    if chown(folder.path(), Some(65_534), Some(65_534)).is_ok() {
        assert!(warning(&folder, "ran 10 wrong 0").contains("it belongs to another user"));
    } else {
        let mut command = folder.worker(WORKER, &["plain"]);
        command.env("CACHE_RUNTIME_DIR", "/usr").stderr(Stdio::piped());
        let output = command.output().expect("it can be run");
        assert!(String::from_utf8_lossy(&output.stderr).contains("it belongs to another user"));
    }
}

#[test]
fn a_forked_process_goes_on_when_its_parent_has_ended() {
    for _ in 0..20 {
        let folder = Folder::new();
        let result = folder.path().join("result");
        let _ = folder.run(WORKER, &["fork", &result.to_string_lossy()]);
        let begun = Instant::now();
        while !result.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the child says nothing");
            sleep(Duration::from_millis(5));
        }
        assert_eq!(fs::read_to_string(result).expect("it is there"), "ran 10 wrong 0, ran 20 wrong 0");
    }
}

#[test]
fn out_of_descriptors_a_call_runs_its_body_and_the_store_stays() {
    let folder = filled();
    let limited = format!("ulimit -n 40; exec {WORKER} without_descriptors");
    assert_eq!(folder.run("bash", &["-c", &limited]), "ran 10 wrong 0");
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0");
}

#[test]
fn a_relative_folder_stays_where_it_is_when_the_process_goes_elsewhere() {
    let folder = Folder::new();
    let mut command = folder.worker(WORKER, &["chdir"]);
    command.current_dir(folder.path()).env("CACHE_RUNTIME_DIR", "kept");
    assert_eq!(said(command.spawn().expect("it can be run")), "ran 5 wrong 0\nran 5 wrong 0");
    assert_eq!(folder.values().len(), 10);
}

#[test]
fn folders_and_files_of_odd_names_are_left_alone() {
    let folder = filled();
    let odd = ["g18446744073709551615", "g", "g1", "v3", "v2/0123456789abcdef", "v2/zzz", "lock"];
    for name in odd {
        fs::create_dir(folder.path().join(name)).expect("there is room");
    }
    assert_eq!(folder.run(WORKER, &["plain"]), "ran 0 wrong 0");
    assert!(odd.iter().all(|name| folder.path().join(name).exists()));
}

#[test]
fn a_folder_of_a_long_path_works_or_is_not_used() {
    for length in [200, 1_000, 3_900, 4_200] {
        let folder = Folder::new();
        let mut dir = folder.path().to_owned();
        while dir.as_os_str().len() < length {
            dir.push("a".repeat(100));
        }
        let run = || {
            let mut command = folder.worker(WORKER, &["plain"]);
            command.env("CACHE_RUNTIME_DIR", &dir).stderr(Stdio::null());
            said(command.spawn().expect("it can be run"))
        };
        assert_eq!(run(), "ran 10 wrong 0");
        assert_eq!(run(), if length < 4_000 { "ran 0 wrong 0" } else { "ran 10 wrong 0" }, "{length}");
    }
}

#[test]
fn what_cannot_be_read_back_as_it_was_is_not_kept_counted_and_warned_about_once() {
    for (part, first, second) in
        [("unfit", "ran 3 wrong 0 unkept 3", "ran 3 wrong 0 unkept 3"), ("deep", "ran 2 unkept 1", "ran 1 unkept 1")]
    {
        let folder = Folder::new();
        for expected in [first, second] {
            let child = folder.worker(WORKER, &[part]).stderr(Stdio::piped()).spawn().expect("it can be run");
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success());
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), expected);
            let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(warnings.contains("is not persisted") && warnings.lines().count() == 1, "{warnings}");
        }
    }
}

#[test]
fn a_time_to_idle_holds_across_processes() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["idle"]), "ran 1");
    for _ in 0..4 {
        sleep(Duration::from_millis(150));
        assert_eq!(folder.run(WORKER, &["idle"]), "ran 0", "it is in use");
    }
    sleep(Duration::from_millis(400));
    assert_eq!(folder.run(WORKER, &["idle"]), "ran 1");
}

#[test]
fn who_asks_is_told_where_the_folder_is_whether_it_works_and_why_not() {
    let folder = filled();
    assert_eq!(folder.run(WORKER, &["status"]), format!("{} true true", folder.path().display()));
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("it is ours");
    let said = folder.run(WORKER, &["status"]);
    let place = folder.path().display();
    assert_eq!(said, format!("{place} false false\n`{place}` is not to be trusted: others may write to it"));
}
