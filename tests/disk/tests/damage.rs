//! Whatever happens to the folder, no value is wrong, no process fails, and after one more run all is as it was.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use cache_disk_tests::Folder;

const WORKER: &str = env!("CARGO_BIN_EXE_worker");

/// A folder with entries, of which one with its row being in the log still.
fn filled() -> Folder {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["read"]), "ran 33 wrong 0");
    folder
}

/// Damages a copy of a filled folder file by file, and looks what becomes of it.
fn each_file(filled: &Folder, damage: impl Fn(&Path)) {
    let folder = Folder::new();
    for file in filled.files() {
        filled.copy_to(&folder);
        damage(&folder.path().join(file.strip_prefix(filled.path()).expect("it is in there")));
        heals(&folder, &format!("{}", file.display()));
    }
}

#[track_caller]
fn heals(folder: &Folder, what: &str) {
    let first = folder.run(WORKER, &["read"]);
    assert!(first.ends_with("wrong 0"), "{what}: {first}");
    assert_eq!(folder.run(WORKER, &["read"]), "ran 0 wrong 0", "{what}");
}

#[test]
fn truncated_files() {
    let filled = filled();
    for step in 0..20 {
        each_file(&filled, |file| {
            let bytes = fs::read(file).expect("it is there");
            fs::write(file, &bytes[..bytes.len() * step / 20]).expect("there is room");
        });
    }
}

#[test]
fn a_value_that_cannot_be_read_is_a_miss_that_says_so() {
    let folder = filled();
    assert_eq!(folder.run(WORKER, &["blob_outcome"]), "Hit true");
    for file in folder.values() {
        let mut bytes = fs::read(&file).expect("it is there");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(file, bytes).expect("there is room");
    }
    assert_eq!(folder.run(WORKER, &["blob_outcome"]), "Miss(Unreadable) true");
    assert_eq!(folder.run(WORKER, &["blob_outcome"]), "Hit true");
}

#[test]
fn zeroed_files() {
    each_file(&filled(), |file| {
        let length = fs::metadata(file).expect("it is there").len();
        fs::write(file, vec![0; usize::try_from(length).expect("it is small")]).expect("there is room");
    });
}

#[test]
fn flipped_bits() {
    let filled = filled();
    let folder = Folder::new();
    let files = filled.files();
    let mut random = 1_u64;
    for seed in 0..1_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        filled.copy_to(&folder);
        let file = &files[usize::try_from(random >> 33).expect("it is small") % files.len()];
        let file = folder.path().join(file.strip_prefix(filled.path()).expect("it is in there"));
        let mut bytes = fs::read(&file).expect("it is there");
        if bytes.is_empty() {
            continue;
        }
        for flip in 0..=seed % 8 {
            let at = usize::try_from((random >> 7).wrapping_mul(flip + 1) >> 20).expect("it is small") % bytes.len();
            bytes[at] ^= 1 << (random >> 60 & 7);
        }
        fs::write(&file, bytes).expect("there is room");
        heals(&folder, &format!("seed {seed}, {}", file.display()));
    }
}

#[test]
fn files_replaced_by_folders() {
    each_file(&filled(), |file| {
        fs::remove_file(file).expect("it is there");
        fs::create_dir(file).expect("there is room");
        fs::write(file.join("in the way"), "x").expect("there is room");
    });
}

#[test]
fn removed_files() {
    each_file(&filled(), |file| fs::remove_file(file).expect("it is there"));
}

#[test]
fn files_made_read_only() {
    each_file(&filled(), |file| {
        fs::set_permissions(file, fs::Permissions::from_mode(0o400)).expect("it is ours");
    });
}

#[test]
fn foreign_files_of_the_same_names() {
    each_file(&filled(), |file| fs::write(file, "something else altogether").expect("there is room"));
}

#[test]
fn a_folder_that_cannot_be_used_costs_nothing_but_time() {
    let folder = Folder::new();
    fs::remove_dir(folder.path()).expect("it is empty");
    fs::write(folder.path(), "a file where the folder should be").expect("there is room");
    for _ in 0..2 {
        assert_eq!(folder.run(WORKER, &["read"]), "ran 33 wrong 0");
    }
    fs::remove_file(folder.path()).expect("it is ours");
}

/// No file may become longer than this, in units of 1 KiB: what a full disk is for those who write. Not the one either to
/// which the tests' own errors may go, so warnings go elsewhere.
fn with_room_for(folder: &Folder, room: u32) -> String {
    let limited = format!("ulimit -f {room}; exec {WORKER} read 2>/dev/null");
    folder.run("bash", &["-c", &limited])
}

#[test]
fn a_full_disk() {
    let filled = filled();
    for room in [0, 1, 4, 16, 30, 33, 60, 100, 200, 400] {
        let folder = Folder::new();
        assert!(with_room_for(&folder, room).ends_with("wrong 0"), "{room} KiB, an empty folder");
        heals(&folder, &format!("{room} KiB, an empty folder"));
        filled.copy_to(&folder);
        assert!(with_room_for(&folder, room).ends_with("wrong 0"), "{room} KiB, a filled folder");
        heals(&folder, &format!("{room} KiB, a filled folder"));
    }
}

#[test]
fn processes_killed_while_they_write() {
    let folder = Folder::new();
    let mut random = 7_u64;
    for round in 0..50_u64 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = folder.worker(WORKER, &["write", &(round * 5).to_string()]).spawn().expect("it can be run");
        sleep(Duration::from_micros(2_000 + random % 60_000));
        child.kill().expect("it still runs");
        child.wait().expect("it ends");
    }
    heals(&folder, "after fifty kills");
    let left: Vec<_> =
        folder.files().into_iter().filter(|file| file.extension().is_some_and(|end| end == "tmp")).collect();
    assert!(left.len() <= 50, "{left:?}");
}
