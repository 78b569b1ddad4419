use std::collections::HashMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::opened::{TEMPORARY, home_in, nonces_in};
use super::sweep::{ORPHAN, Sweep};
use super::*;
use crate::tier::envelope::Envelope;
use crate::tier::wall_clock::now;

const KEY: Key = Key::new(7);
const TERMS: Terms = Terms { fingerprint: 9, time_to_idle: None, max_entries: None };

/// A tier in a folder of its own, which is removed in the end.
struct Own(Disk, PathBuf);

impl Own {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("cache-runtime-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&dir));
        Self(new_disk(dir.clone(), 1 << 30), dir)
    }

    fn place(key: Key) -> Place {
        Place { function: "f", tags: &["one", "two"], key }
    }

    fn token(&self, key: Key) -> WriteToken {
        self.0.get(&Self::place(key), None).1
    }

    fn put(&self, key: Key, value: &[u8], token: WriteToken) {
        self.put_for(key, value, token, None);
    }

    fn put_for(&self, key: Key, value: &[u8], token: WriteToken, expires_at: Option<u64>) {
        let value = value.into();
        let sealed = Envelope { key, fingerprint: 9, token, stored_at: now(), expires_at, value }.seal();
        self.0.put(&Self::place(key), TERMS, &sealed, token);
    }

    /// As it would be served.
    fn get(&self, key: Key) -> Option<Vec<u8>> {
        let (bytes, token) = self.0.get(&Self::place(key), None);
        let bytes = bytes?;
        let found = Envelope::open(&bytes).filter(|found| found.token == token)?;
        Some(found.value.into_owned())
    }

    fn file_of(&self, key: Key) -> PathBuf {
        home_in(&self.1).join(Names::new("f", key).path())
    }

    fn sweep(&self, max_size: u64) {
        let opened = self.0.process().opened(Purpose::Use).expect("it works");
        Sweep::new(&opened, &HashMap::new(), max_size, &|| true).run(&self.1);
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.1));
    }
}

fn new_disk(dir: PathBuf, max_size: u64) -> Disk {
    Disk::new(Settings { dir: Some(dir), max_size })
}

fn age(file: &Path, by: Duration) {
    let file = File::options().write(true).open(file).expect("it is there");
    file.set_modified(SystemTime::now() - by).expect("it is ours");
}

const CLEARS: [fn(&Disk); 4] = [
    |disk| disk.clear(),
    |disk| disk.clear_function("f"),
    |disk| disk.clear_tag("two"),
    |disk| disk.clear_key("f", KEY),
];

#[test]
fn what_was_begun_before_a_clear_is_not_put() {
    for clear in CLEARS {
        let disk = Own::new("tokens");
        disk.put(KEY, b"old", disk.token(KEY));
        assert_eq!(disk.get(KEY).as_deref(), Some(b"old".as_slice()));
        let token = disk.token(KEY);
        clear(&disk.0);
        assert_eq!(disk.get(KEY), None);
        disk.put(KEY, b"new", token);
        assert_eq!(disk.get(KEY), None);
        disk.put(KEY, b"newer", disk.token(KEY));
        assert_eq!(disk.get(KEY).as_deref(), Some(b"newer".as_slice()));
    }
}

#[test]
fn a_clear_of_another_tag_or_function_changes_nothing() {
    let disk = Own::new("others");
    let token = disk.token(KEY);
    disk.0.clear_tag("tw");
    disk.0.clear_function("g");
    disk.put(KEY, b"value", token);
    disk.0.clear_tag("three");
    disk.0.clear_key("f", Key::new(u128::MAX));
    assert_eq!(disk.get(KEY).as_deref(), Some(b"value".as_slice()));
}

#[test]
fn what_is_renewed_is_not_overtaken_by_what_began_before() {
    let disk = Own::new("renewed");
    let before = disk.token(KEY);
    let token = disk.0.renew(&Own::place(KEY));
    disk.put(KEY, b"inserted", token);
    disk.put(KEY, b"from before", before);
    assert_eq!(disk.get(KEY).as_deref(), Some(b"inserted".as_slice()));
    // Even where what began before has looked just before that.
    let file = disk.file_of(KEY);
    let sealed = Envelope {
        key: KEY,
        fingerprint: 9,
        token: before,
        stored_at: now(),
        expires_at: None,
        value: (&b"x"[..]).into(),
    };
    fs::write(file, sealed.seal()).expect("there is room");
    assert_eq!(disk.get(KEY), None);
}

#[test]
fn a_clear_by_another_process_holds_and_so_does_one_after_the_folder_was_replaced() {
    for clear in CLEARS {
        let disk = Own::new("replaced");
        let other = Own(new_disk(disk.1.clone(), 1 << 30), PathBuf::from("/nowhere"));
        disk.put(KEY, b"old", disk.token(KEY));
        assert!(other.get(KEY).is_some());
        clear(&other.0);
        assert_eq!(disk.get(KEY), None);
        // The one that has it open sees at once that it is another.
        disk.put(KEY, b"old", disk.token(KEY));
        let moved = disk.1.with_extension("moved");
        fs::rename(&disk.1, &moved).expect("it is ours");
        assert_eq!((other.get(KEY), disk.get(KEY)), (None, None));
        fs::remove_dir_all(&disk.1).expect("somebody made another");
        fs::rename(&moved, &disk.1).expect("it is ours");
        assert!(other.get(KEY).is_some() && disk.get(KEY).is_some());
        fs::remove_file(nonces_in(&disk.1)).expect("it is there");
        assert_eq!((other.get(KEY), disk.get(KEY)), (None, None));
    }
}

#[test]
fn who_has_other_keys_reads_nothing_and_clears_all_that_may_be_meant() {
    let disk = Own::new("other keys");
    let other = Own(new_disk(disk.1.clone(), 1 << 30), PathBuf::from("/nowhere"));
    // It had to make a secret without the folder.
    fs::write(&disk.1, "in the way").expect("there is room");
    let own = other.0.secret();
    fs::remove_file(&disk.1).expect("it is ours");
    std::thread::sleep(Duration::from_millis(150));
    assert_ne!(disk.0.secret(), own);
    disk.put(KEY, b"value", disk.token(KEY));
    assert_eq!((other.get(KEY), other.token(KEY)), (None, WriteToken::NONE));
    other.0.clear_key("f", Key::new(u128::MAX));
    assert_eq!(disk.get(KEY), None);
}

#[test]
fn a_sweep_leaves_what_is_of_use_and_removes_the_rest() {
    let disk = Own::new("sweep");
    let keys = [0, 1, 2, 3, 4].map(|key| Key::new(key << 124 | key << 60));
    for key in keys {
        disk.put(key, b"value", disk.token(key));
    }
    disk.put_for(keys[1], b"value", disk.token(keys[1]), Some(now() - 1));
    disk.0.clear_key("f", keys[2]);
    fs::write(disk.file_of(keys[3]), "damaged").expect("there is room");
    let shard = disk.file_of(keys[4]).with_file_name("");
    for (name, by) in [("of a kill", 2 * ORPHAN), ("under way", Duration::ZERO)] {
        let file = shard.join(format!("{TEMPORARY}{name}"));
        fs::write(&file, "half of it").expect("there is room");
        age(&file, by);
    }
    disk.sweep(1 << 30);
    let are_there = keys.map(|key| disk.file_of(key).exists());
    assert_eq!(are_there, [true, false, false, false, true]);
    let left = fs::read_dir(shard).expect("it is there").flatten().count();
    assert_eq!(left, 2, "the value and what is under way");
}

#[test]
fn of_too_much_goes_what_was_not_used_for_longest() {
    let disk = Own::new("size");
    let keys: Vec<_> = (0..20).map(|key| Key::new(key << 123 | 7)).collect();
    for (key, minutes) in keys.iter().zip(1..) {
        disk.put(*key, &[0; 3_000], disk.token(*key));
        age(&disk.file_of(*key), Duration::from_secs(60 * minutes));
    }
    // A block each.
    disk.sweep(10 * 4_096);
    let left = keys.iter().filter(|key| disk.file_of(**key).exists()).count();
    assert!((8..=10).contains(&left), "{left}");
    assert!(keys[..left].iter().all(|key| disk.file_of(*key).exists()), "the latest");
}

#[test]
fn the_format_before_goes_when_it_was_not_used_for_a_month() {
    let disk = Own::new("old format");
    disk.put(KEY, b"value", disk.token(KEY));
    let generation = disk.1.join("g18446744073709551616");
    let foreign = disk.1.join("gallery");
    for folder in [&generation, &foreign] {
        fs::create_dir(folder).expect("there is room");
        fs::write(folder.join("index.sqlite"), "").expect("there is room");
    }
    disk.sweep(1 << 30);
    assert!(generation.exists());
    for folder in [&generation, &foreign] {
        age(&folder.join("index.sqlite"), Duration::from_secs(31 * 24 * 60 * 60));
    }
    disk.sweep(1 << 30);
    assert!(!generation.exists() && foreign.exists());
}

#[test]
fn an_idle_value_is_not_served() {
    let disk = Own::new("idle");
    disk.put(KEY, b"value", disk.token(KEY));
    let get = || disk.0.get(&Own::place(KEY), Some(Duration::from_secs(60))).0;
    age(&disk.file_of(KEY), Duration::from_secs(50));
    assert!(get().is_some());
    age(&disk.file_of(KEY), Duration::from_secs(50));
    assert!(get().is_some(), "the use before was noted");
    age(&disk.file_of(KEY), Duration::from_secs(60));
    assert!(get().is_none());
}
