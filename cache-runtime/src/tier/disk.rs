//! The tier on disk: `SQLite` for the index and small values, files beside it for large ones.
//!
//! A folder holds generations, `g1`, `g2` and so on, of which the last counts. When one is damaged the next is begun,
//! under a lock that lies outside of both; what is in it is then lost, which costs time and nothing else.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use once_cell::sync::Lazy;
use parking_lot::Mutex;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, ToSql, TransactionBehavior, params};

use crate::key::Key;
use crate::sys::ids::next_id;
use crate::tier::config;
use crate::tier::contract::{Epoch, Row, SECRET, Tier};

/// Larger values have a file of their own.
pub(crate) const LARGE: usize = 32 * 1024;
/// Of what is too much or too old, a write deletes this much: none should be slow because many are due.
const DELETED_PER_WRITE: i64 = 4;
/// How long a write may wait for another process.
const BUSY: Duration = Duration::from_secs(2);
/// How long a folder that could not be used is left alone.
const PAUSE: Duration = Duration::from_secs(1);
/// A use within this time of the last noted one is not noted.
const USE_STEPS: u64 = 60_000;
/// A file without a row may belong to a write that is under way.
const ORPHAN: Duration = Duration::from_secs(60 * 60);
/// In milliseconds.
const SWEEP_EVERY: u64 = 24 * 60 * 60 * 1_000;
/// Of the schema.
const VERSION: i64 = 1;
/// Older ones are wrong about what is in a shared file in some cases.
const OLDEST_SQLITE: i32 = 3_051_003;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS functions (
        name TEXT PRIMARY KEY, tags TEXT NOT NULL DEFAULT '', cleared INTEGER NOT NULL DEFAULT 0,
        entries INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS entries (
        key BLOB PRIMARY KEY, function TEXT NOT NULL, used INTEGER NOT NULL, expires INTEGER, value BLOB, file TEXT
    );
    CREATE INDEX IF NOT EXISTS entries_by_use ON entries (function, used);
    CREATE INDEX IF NOT EXISTS entries_by_end ON entries (expires) WHERE expires IS NOT NULL;
    CREATE INDEX IF NOT EXISTS entries_by_file ON entries (file) WHERE file IS NOT NULL;
    CREATE TRIGGER IF NOT EXISTS one_more AFTER INSERT ON entries BEGIN
        UPDATE functions SET entries = entries + 1 WHERE name = NEW.function;
    END;
    CREATE TRIGGER IF NOT EXISTS one_less AFTER DELETE ON entries BEGIN
        UPDATE functions SET entries = entries - 1 WHERE name = OLD.function;
    END;
";

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

/// An open generation.
struct Generation {
    /// A connection must not be used by a forked process.
    process: u32,
    number: u64,
    values: PathBuf,
    connection: Connection,
}

enum Trouble {
    /// The folder holds something that makes no sense.
    Damaged,
    /// Somebody else is at work for long.
    Busy,
    /// There is no room.
    Full,
    /// Nothing is known but that it did not work: there may be no permission, or something in the way.
    Unusable,
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull | ErrorCode::OutOfMemory) => Self::Full,
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Unusable,
            // Also what SQLite itself finds nothing wrong with: a table that is not there, a column of another type.
            _ => Self::Damaged,
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull { Self::Full } else { Self::Unusable }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn new_secret() -> [u8; SECRET] {
    let random = RandomState::new();
    let mut secret = [0; SECRET];
    for (part, bytes) in secret.chunks_exact_mut(8).enumerate() {
        bytes.copy_from_slice(&random.hash_one(part).to_le_bytes());
    }
    secret
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
    fn with<R>(&self, mut work: impl FnMut(&mut Generation) -> Result<R, Trouble>) -> Option<R> {
        let dir = self.dir.as_ref()?;
        let mut state = self.state.lock();
        if state.closed_until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        for _ in 0..2 {
            let trouble = match state.generation(dir) {
                Ok(generation) => match work(generation) {
                    Ok(done) => return Some(done),
                    Err(trouble) => trouble,
                },
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Busy => return None,
                Trouble::Full => break,
                // Where something can be written, it is what is there that cannot be used.
                Trouble::Unusable if !is_writable(dir) => break,
                Trouble::Unusable | Trouble::Damaged => {
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
    fn generation(&mut self, dir: &Path) -> Result<&mut Generation, Trouble> {
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
        self.open.as_mut().ok_or(Trouble::Unusable)
    }
}

fn make_folder(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Can as much be written there as a small database needs?
fn is_writable(dir: &Path) -> bool {
    let probe = dir.join(format!("probe-{:x}-{:x}", process::id(), next_id()));
    let written = File::create_new(&probe).and_then(|mut file| file.write_all(&vec![0; 2 * LARGE]));
    drop(fs::remove_file(probe));
    written.is_ok()
}

fn folder(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("g{number}"))
}

/// The number of the last generation.
fn last(dir: &Path) -> Option<u64> {
    let names = fs::read_dir(dir).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_prefix('g')?.parse().ok()).max()
}

/// Begins the next generation, unless another process has done so.
fn begin_next(dir: &Path, damaged: Option<u64>) -> io::Result<()> {
    make_folder(dir)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join("lock"))?;
    lock.lock()?;
    let last = last(dir).unwrap_or(0);
    if damaged.is_none_or(|damaged| damaged >= last) {
        make_folder(&folder(dir, last + 1))?;
        // What is in use by others stays until they notice; where it cannot be removed it is in nobody's way.
        drop(fs::remove_dir_all(folder(dir, last)));
        drop(fs::remove_file(folder(dir, last)));
    }
    Ok(())
}

impl Generation {
    fn open(dir: &Path, number: u64) -> Result<Self, Trouble> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(Trouble::Unusable);
        }
        let folder = folder(dir, number);
        // Something else of that name is damage.
        if folder.exists() && !folder.is_dir() {
            return Err(Trouble::Damaged);
        }
        let values = folder.join("values");
        make_folder(&values).map_err(|_| if folder.is_dir() { Trouble::Damaged } else { Trouble::Unusable })?;
        let file = folder.join("index.sqlite");
        if file.exists() && !file.is_file() {
            return Err(Trouble::Damaged);
        }
        let mut connection = Connection::open(file)?;
        connection.set_transaction_behavior(TransactionBehavior::Immediate);
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "mmap_size", 0)?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Trouble::Unusable);
        }
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != VERSION {
            connection.execute_batch(SCHEMA)?;
            connection.pragma_update(None, "user_version", VERSION)?;
        }
        let generation = Self { process: process::id(), number, values, connection };
        generation.sweep()?;
        Ok(generation)
    }

    /// The secret of this generation, made if there is none.
    fn secret(&mut self, known: Option<[u8; SECRET]>) -> Result<[u8; SECRET], Trouble> {
        let select = "SELECT value FROM meta WHERE name = 'secret'";
        if let Some(secret) = self.connection.query_row(select, [], |row| row.get(0)).optional()? {
            return Ok(secret);
        }
        let new = known.unwrap_or_else(new_secret);
        self.connection.execute("INSERT OR IGNORE INTO meta VALUES ('secret', ?1)", params![new])?;
        Ok(self.connection.query_row(select, [], |row| row.get(0))?)
    }

    /// Removes files that no row names, of a write that was killed; once in a while.
    fn sweep(&self) -> Result<(), Trouble> {
        let now = now();
        let swept: Option<i64> = self
            .connection
            .query_row("SELECT value FROM meta WHERE name = 'swept'", [], |row| row.get(0))
            .optional()?;
        if swept.is_some_and(|swept| now.abs_diff(u64::try_from(swept).unwrap_or_default()) < SWEEP_EVERY) {
            return Ok(());
        }
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES ('swept', ?1)", [signed(now)])?;
        for file in fs::read_dir(&self.values).into_iter().flatten().flatten() {
            let modified = file.metadata().and_then(|about| about.modified());
            let age = modified.ok().and_then(|time| SystemTime::now().duration_since(time).ok());
            if age.is_none_or(|age| age < ORPHAN) {
                continue;
            }
            let Ok(name) = file.file_name().into_string() else { continue };
            let mut named = self.connection.prepare_cached("SELECT 1 FROM entries WHERE file = ?1")?;
            if !named.exists([&name])? {
                drop(fs::remove_file(file.path()));
            }
        }
        Ok(())
    }

    fn epoch(&self, function: &str) -> Result<Epoch, Trouble> {
        let mut query =
            self.connection.prepare_cached("SELECT IFNULL(SUM(cleared), 0) FROM functions WHERE name IN ('', ?1)")?;
        Ok(Epoch(query.query_row([function], |row| row.get(0))?))
    }

    fn get(&self, key: Key) -> Result<Option<Vec<u8>>, Trouble> {
        let now = now();
        let mut query = self.connection.prepare_cached(
            "SELECT value, file, used FROM entries WHERE key = ?1 AND (expires IS NULL OR expires > ?2)",
        )?;
        let row = query.query_row(params![key.to_bytes(), signed(now)], |row| {
            Ok((row.get::<_, Option<Vec<u8>>>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, i64>(2)?))
        });
        let Some((value, file, used)) = row.optional()? else { return Ok(None) };
        if now.abs_diff(u64::try_from(used).unwrap_or_default()) > USE_STEPS {
            // If that cannot be written now, another use will be.
            drop(
                self.connection
                    .execute("UPDATE entries SET used = ?2 WHERE key = ?1", params![key.to_bytes(), signed(now)]),
            );
        }
        Ok(value.or_else(|| fs::read(self.values.join(file?)).ok()))
    }

    fn put(&mut self, row: &Row<'_>, value: Option<&[u8]>, file: Option<&str>, epoch: Epoch) -> Result<(), Trouble> {
        let obsolete = self.put_row(row, value, file, epoch)?;
        self.remove_files(&obsolete);
        Ok(())
    }

    /// Writes the row; hands back the files that are not needed any more.
    fn put_row(
        &mut self,
        row: &Row<'_>,
        value: Option<&[u8]>,
        file: Option<&str>,
        epoch: Epoch,
    ) -> Result<Vec<String>, Trouble> {
        let key = row.key.to_bytes();
        let now = signed(now());
        let transaction = self.connection.unchecked_transaction()?;
        if self.epoch(row.function)? != epoch {
            // Cleared meanwhile: the new file is not needed.
            return Ok(file.map(str::to_owned).into_iter().collect());
        }
        let mut obsolete = Vec::new();
        {
            let connection = &self.connection;
            connection
                .prepare_cached(
                    "INSERT INTO functions (name, tags) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET tags = ?2",
                )?
                .execute(params![row.function, tags(row.tags)])?;
            let old: Option<Option<String>> = connection
                .prepare_cached("SELECT file FROM entries WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()?;
            obsolete.extend(old.flatten());
            connection
                .prepare_cached(
                    "INSERT INTO entries (key, function, used, expires, value, file) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT DO UPDATE SET used = ?3, expires = ?4, value = ?5, file = ?6",
                )?
                .execute(params![key, row.function, now, row.expires_at.map(signed), value, file])?;
            let mut expired = connection.prepare_cached(
                "DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries WHERE expires <= ?1 LIMIT ?2) RETURNING file",
            )?;
            let files = expired.query_map(params![now, DELETED_PER_WRITE], |row| row.get::<_, Option<String>>(0))?;
            for file in files {
                obsolete.extend(file?);
            }
            if let Some(max_entries) = row.max_entries {
                let mut excess = connection.prepare_cached(
                    "DELETE FROM entries WHERE rowid IN (
                         SELECT rowid FROM entries WHERE function = ?1 AND key <> ?4 ORDER BY used, rowid
                         LIMIT max(0, min(?3, (SELECT entries FROM functions WHERE name = ?1) - ?2))
                     ) RETURNING file",
                )?;
                let files = excess
                    .query_map(params![row.function, signed(max_entries), DELETED_PER_WRITE, key], |row| {
                        row.get::<_, Option<String>>(0)
                    })?;
                for file in files {
                    obsolete.extend(file?);
                }
            }
        }
        transaction.commit()?;
        Ok(obsolete)
    }

    /// Forgets rows, and lets nobody put back what was read before.
    fn clear(&mut self, (which, of): (&str, &dyn ToSql), (bump, what): (&str, &dyn ToSql)) -> Result<(), Trouble> {
        let transaction = self.connection.unchecked_transaction()?;
        let mut obsolete = Vec::new();
        {
            self.connection.execute(bump, [what])?;
            let mut delete = self.connection.prepare(&format!("DELETE FROM entries WHERE {which} RETURNING file"))?;
            let files = delete.query_map([of], |row| row.get::<_, Option<String>>(0))?;
            for file in files {
                obsolete.extend(file?);
            }
        }
        transaction.commit()?;
        self.remove_files(&obsolete);
        Ok(())
    }

    fn remove_files(&self, names: &[String]) {
        for name in names {
            drop(fs::remove_file(self.values.join(name)));
        }
    }
}

/// The name of a new file with these bytes. It has all of them before it has its name.
fn write_file(values: &Path, key: Key, bytes: &[u8]) -> io::Result<String> {
    let name = format!("{}-{:x}-{:x}", key.to_hex(), process::id(), next_id());
    let temporary = values.join(format!("{name}.tmp"));
    let written = File::create_new(&temporary).and_then(|mut file| file.write_all(bytes));
    let renamed = written.and_then(|()| fs::rename(&temporary, values.join(&name)));
    if renamed.is_err() {
        drop(fs::remove_file(temporary));
    }
    renamed.map(|()| name)
}

/// Each between two line ends, to be found as a whole.
fn tags(tags: &[&str]) -> String {
    tags.iter().fold("\n".to_owned(), |all, tag| all + tag + "\n")
}

const BUMP_ONE: &str =
    "INSERT INTO functions (name, cleared) VALUES (?1, 1) ON CONFLICT DO UPDATE SET cleared = cleared + 1";

impl Tier for Disk {
    fn secret(&self) -> [u8; SECRET] {
        self.with(|generation| generation.secret(None)).unwrap_or_else(|| {
            // What is begun later gets this one.
            *self.state.lock().secret.get_or_insert_with(new_secret)
        })
    }

    fn get(&self, function: &str, key: Key) -> (Option<Vec<u8>>, Epoch) {
        // The epoch first: what is cleared in between is seen as cleared.
        self.with(|generation| Ok((generation.epoch(function)?, generation.get(key)?)))
            .map_or((None, Epoch::NONE), |(epoch, bytes)| (bytes, epoch))
    }

    fn put(&self, row: &Row<'_>, bytes: &[u8], epoch: Epoch) {
        if epoch == Epoch::NONE {
            return;
        }
        if bytes.len() <= LARGE {
            self.with(|generation| generation.put(row, Some(bytes), None, epoch));
            return;
        }
        // Twice, for the first time may find out that the generation is damaged.
        for _ in 0..2 {
            let place = self.with(|generation| Ok((generation.number, generation.values.clone())));
            let Some((number, values)) = place else { return };
            // With nothing locked: others need not wait for so many bytes.
            let trouble = match write_file(&values, row.key, bytes) {
                Ok(file) => {
                    let put = self.with(|generation| {
                        let is_same = generation.number == number;
                        if is_same { generation.put(row, None, Some(&file), epoch).map(|()| true) } else { Ok(false) }
                    });
                    if put == Some(true) {
                        return;
                    }
                    drop(fs::remove_file(values.join(file)));
                    None
                }
                Err(error) => Some(Trouble::from(error)),
            };
            if let Some(trouble) = trouble {
                // What comes after has been seen to.
                let mut trouble = Some(trouble);
                self.with(|_| trouble.take().map_or(Ok(()), Err));
            }
        }
    }

    fn clear_key(&self, function: &str, key: Key) {
        self.with(|generation| generation.clear(("key = ?1", &key.to_bytes()), (BUMP_ONE, &function)));
    }

    fn clear_function(&self, function: &str) {
        self.with(|generation| generation.clear(("function = ?1", &function), (BUMP_ONE, &function)));
    }

    fn clear_tag(&self, tag: &str) {
        let tag = tags(&[tag]);
        let bump = "UPDATE functions SET cleared = cleared + 1 WHERE instr(tags, ?1) > 0";
        let which = "function IN (SELECT name FROM functions WHERE instr(tags, ?1) > 0)";
        self.with(|generation| generation.clear((which, &tag), (bump, &tag)));
    }

    fn clear(&self) {
        self.with(|generation| generation.clear(("?1 = ''", &""), (BUMP_ONE, &"")));
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
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

        fn put(&self, key: Key, bytes: &[u8], epoch: Epoch) {
            let row = Row { function: "f", tags: &["one", "two"], key, expires_at: None, max_entries: None };
            self.0.put(&row, bytes, epoch);
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
            let disk = Own::new("epochs");
            disk.put(KEY, b"old", disk.0.get("f", KEY).1);
            assert_eq!(disk.get(KEY).as_deref(), Some(b"old".as_slice()));
            let (_, epoch) = disk.0.get("f", KEY);
            clear(&disk.0);
            disk.put(KEY, b"new", epoch);
            assert_eq!(disk.get(KEY), None);
            disk.put(KEY, b"newer", disk.0.get("f", KEY).1);
            assert_eq!(disk.get(KEY).as_deref(), Some(b"newer".as_slice()));
        }
    }

    #[test]
    fn a_clear_of_another_tag_or_function_changes_nothing() {
        let disk = Own::new("others");
        let epoch = disk.0.get("f", KEY).1;
        disk.0.clear_tag("tw");
        disk.0.clear_tag("one\ntwo");
        disk.0.clear_function("g");
        disk.put(KEY, b"value", epoch);
        disk.0.clear_tag("three");
        assert_eq!(disk.get(KEY).as_deref(), Some(b"value".as_slice()));
    }

    #[test]
    fn files_of_killed_writes_are_swept_when_they_are_old() {
        let disk = Own::new("orphans");
        let large = vec![1; 2 * LARGE];
        disk.put(KEY, &large, disk.0.get("f", KEY).1);
        let values = disk.0.with(|generation| Ok(generation.values.clone())).expect("it is open");
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
        let values = disk.0.with(|generation| Ok(generation.values.clone())).expect("it is open");
        assert_eq!(fs::read_dir(&values).expect("it is there").count(), 1);
        disk.put(KEY, b"small", disk.0.get("f", KEY).1);
        assert_eq!(fs::read_dir(values).expect("it is there").count(), 0);
    }
}
