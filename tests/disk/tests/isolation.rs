//! An isolation uses nothing of the disk, whatever is there.

use cache_disk_tests::Folder;

const WORKER: &str = env!("CARGO_BIN_EXE_isolated");

#[test]
fn in_an_isolation_no_folder_is_looked_at_or_made() {
    let folder = Folder::new();
    std::fs::remove_dir(folder.path()).expect("it is empty");
    assert_eq!(folder.run(WORKER, &[]), "ran 1 2");
    assert!(!folder.path().exists());
}

#[test]
fn what_is_on_disk_is_neither_seen_nor_touched_in_an_isolation() {
    let folder = Folder::new();
    assert_eq!(folder.run(WORKER, &["outside"]), "ran 1 2");
    assert_eq!(folder.run(WORKER, &["outside"]), "ran");
    assert_eq!(folder.run(WORKER, &[]), "ran 1 2");
    assert_eq!(folder.run(WORKER, &["both"]), "ran 1 2");
    assert_eq!(folder.run(WORKER, &["outside"]), "ran");
}
