//! The tier on disk: `SQLite` for the index and small values, files beside it for large ones.
//!
//! A folder holds generations, `g1`, `g2` and so on, of which the last counts. When one is damaged the next is begun,
//! under a lock that lies outside of both; what is in it is then lost, which costs time and nothing else.

mod entries;
mod failure;
mod folder;
mod generation;
mod values;

use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant};

use once_cell::sync::Lazy;
use parking_lot::Mutex;

use self::failure::Failure;
use self::folder::{begin_next, is_writable, last, make_folder};
use self::generation::{Generation, new_secret};
pub(crate) use self::values::LARGE;
use crate::key::Key;
use crate::tier::config;
use crate::tier::contract::{Metadata, SECRET, Tier, WriteToken};

/// How long a folder that could not be used is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// The disk of this process.
pub(crate) static DISK: Lazy<Disk> = Lazy::new(|| Disk::new(config::dir()));

pub(crate) struct Disk {
    dir: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: Option<Generation>,
    /// The same for all generations that this process begins.
    secret: Option<[u8; SECRET]>,
    closed_until: Option<Instant>,
}

impl Disk {
    fn new(dir: Option<PathBuf>) -> Self {
        Self { dir, state: Mutex::default() }
    }

    /// Is anything there, or has it been used? Otherwise there is nothing to forget, and no folder is made for that.
    pub(crate) fn is_there(&self) -> bool {
        self.state.lock().open.is_some() || self.dir.as_ref().is_some_and(|dir| dir.is_dir())
    }

    /// Does something with the last generation; a damaged one is replaced and tried again once.
    fn with<R>(&self, mut work: impl FnMut(&mut Generation) -> Result<R, Failure>) -> Option<R> {
        let dir = self.dir.as_ref()?;
        let mut state = self.state.lock();
        if state.closed_until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        for _ in 0..2 {
            let failure = match state.generation(dir) {
                Ok(generation) => match work(generation) {
                    Ok(done) => return Some(done),
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            match failure {
                Failure::Busy => return None,
                Failure::Full => break,
                // Where something can be written, it is what is there that cannot be used.
                Failure::Unusable if !is_writable(dir) => break,
                Failure::Unusable | Failure::Damaged => {
                    let damaged = state.open.take().map_or_else(|| last(dir), |generation| Some(generation.number));
                    if begin_next(dir, damaged).is_err() {
                        break;
                    }
                }
            }
        }
        state.open = None;
        state.closed_until = Some(Instant::now() + PAUSE);
        None
    }
}

impl State {
    fn generation(&mut self, dir: &Path) -> Result<&mut Generation, Failure> {
        if let Some(forked) = self.open.take_if(|open| open.process != process::id()) {
            // Closing it would let go of the locks of the process that opened it.
            std::mem::forget(forked);
        }
        if self.open.is_none() {
            make_folder(dir)?;
            let number = last(dir).unwrap_or(1);
            let mut generation = Generation::open(dir, number)?;
            let secret = generation.secret(self.secret)?;
            self.secret.get_or_insert(secret);
            self.open = Some(generation);
        }
        self.open.as_mut().ok_or(Failure::Unusable)
    }
}

impl Tier for Disk {
    fn secret(&self) -> [u8; SECRET] {
        self.with(|generation| generation.secret(None)).unwrap_or_else(|| {
            // A generation that is begun later gets this one.
            *self.state.lock().secret.get_or_insert_with(new_secret)
        })
    }

    fn get(&self, function: &str, key: Key) -> (Option<Vec<u8>>, WriteToken) {
        // The write token first: what is cleared in between is seen as cleared.
        self.with(|generation| Ok((generation.write_token(function)?, generation.get(key)?)))
            .map_or((None, WriteToken::NONE), |(token, bytes)| (bytes, token))
    }

    fn put(&self, metadata: &Metadata<'_>, bytes: &[u8], token: WriteToken) {
        if token == WriteToken::NONE {
            return;
        }
        if bytes.len() <= LARGE {
            self.with(|generation| generation.put(metadata, Some(bytes), None, token));
            return;
        }
        // Twice, for the first time may find out that the generation is damaged.
        for _ in 0..2 {
            let place = self.with(|generation| Ok((generation.number, generation.values.clone())));
            let Some((number, values)) = place else { return };
            // With nothing locked: others need not wait for so many bytes.
            let failure = match values.write(metadata.key, bytes) {
                Ok(file) => {
                    let put = self.with(|generation| {
                        let is_same = generation.number == number;
                        if is_same {
                            generation.put(metadata, None, Some(&file), token).map(|()| true)
                        } else {
                            Ok(false)
                        }
                    });
                    if put == Some(true) {
                        return;
                    }
                    values.remove(&[file]);
                    None
                }
                Err(error) => Some(Failure::from(error)),
            };
            if let Some(failure) = failure {
                // All that `with` does after a failure is to be done; the work itself has been.
                let mut failure = Some(failure);
                self.with(|_| failure.take().map_or(Ok(()), Err));
            }
        }
    }

    fn clear_key(&self, function: &str, key: Key) {
        self.with(|generation| generation.clear_key(function, key));
    }

    fn clear_function(&self, function: &str) {
        self.with(|generation| generation.clear_function(function));
    }

    fn clear_tag(&self, tag: &str) {
        self.with(|generation| generation.clear_tag(tag));
    }

    fn clear(&self) {
        self.with(Generation::clear_all);
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use std::fs::{self, File};
    use std::time::SystemTime;

    use super::generation::SWEEP_EVERY;
    use super::values::ORPHAN;
    use super::*;

    const KEY: Key = Key::new(7);

    /// A tier in a folder of its own, which is removed in the end.
    struct Own(Disk);

    impl Own {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("cache-runtime-{name}-{}", process::id()));
            drop(fs::remove_dir_all(&dir));
            Self(Disk::new(Some(dir)))
        }

        fn put(&self, key: Key, bytes: &[u8], token: WriteToken) {
            let metadata = Metadata { function: "f", tags: &["one", "two"], key, expires_at: None, max_entries: None };
            self.0.put(&metadata, bytes, token);
        }

        fn get(&self, key: Key) -> Option<Vec<u8>> {
            self.0.get("f", key).0
        }

        /// As the next process would have it.
        fn reopened(&self) -> Self {
            Self(Disk::new(self.0.dir.clone()))
        }
    }

    impl Drop for Own {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(self.0.dir.as_deref().expect("it has one")));
        }
    }

    #[test]
    fn what_was_begun_before_a_clear_is_not_put() {
        let clears: [fn(&Disk); 4] = [
            |disk| disk.clear(),
            |disk| disk.clear_function("f"),
            |disk| disk.clear_tag("two"),
            |disk| disk.clear_key("f", KEY),
        ];
        for clear in clears {
            let disk = Own::new("tokens");
            disk.put(KEY, b"old", disk.0.get("f", KEY).1);
            assert_eq!(disk.get(KEY).as_deref(), Some(b"old".as_slice()));
            let (_, token) = disk.0.get("f", KEY);
            clear(&disk.0);
            disk.put(KEY, b"new", token);
            assert_eq!(disk.get(KEY), None);
            disk.put(KEY, b"newer", disk.0.get("f", KEY).1);
            assert_eq!(disk.get(KEY).as_deref(), Some(b"newer".as_slice()));
        }
    }

    #[test]
    fn a_clear_of_another_tag_or_function_changes_nothing() {
        let disk = Own::new("others");
        let token = disk.0.get("f", KEY).1;
        disk.0.clear_tag("tw");
        disk.0.clear_tag("one\ntwo");
        disk.0.clear_function("g");
        disk.put(KEY, b"value", token);
        disk.0.clear_tag("three");
        assert_eq!(disk.get(KEY).as_deref(), Some(b"value".as_slice()));
    }

    #[test]
    fn files_of_killed_writes_are_swept_when_they_are_old() {
        let disk = Own::new("orphans");
        let large = vec![1; 2 * LARGE];
        disk.put(KEY, &large, disk.0.get("f", KEY).1);
        let values = disk.0.with(|generation| Ok(generation.values.folder.clone())).expect("it is open");
        let old = SystemTime::now() - 2 * ORPHAN;
        for name in ["old.tmp", "new.tmp"] {
            let file = File::create(values.join(name)).expect("there is room");
            file.set_modified(if name == "old.tmp" { old } else { SystemTime::now() }).expect("it is ours");
        }
        for file in fs::read_dir(&values).expect("it is there").flatten() {
            if file.path().extension().is_none() {
                File::options()
                    .append(true)
                    .open(file.path())
                    .and_then(|file| file.set_modified(old))
                    .expect("it is ours");
            }
        }
        let day = i64::try_from(SWEEP_EVERY).expect("it is short");
        let long_ago = "UPDATE meta SET value = value - ?1 WHERE name = 'swept'";
        disk.0.with(|generation| Ok(generation.connection.execute(long_ago, [day])?)).expect("it is open");
        let next = disk.reopened();
        assert_eq!(next.get(KEY), Some(large));
        assert!(values.join("new.tmp").exists() && !values.join("old.tmp").exists());
    }

    #[test]
    fn a_replaced_value_leaves_no_file() {
        let disk = Own::new("replaced");
        for number in 0..5 {
            disk.put(KEY, &vec![number; 2 * LARGE], disk.0.get("f", KEY).1);
        }
        let values = disk.0.with(|generation| Ok(generation.values.folder.clone())).expect("it is open");
        assert_eq!(fs::read_dir(&values).expect("it is there").count(), 1);
        disk.put(KEY, b"small", disk.0.get("f", KEY).1);
        assert_eq!(fs::read_dir(values).expect("it is there").count(), 0);
    }
}
