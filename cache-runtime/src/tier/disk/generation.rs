//! One generation: its database, open, and the files beside it.

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::failure::Failure;
use super::folder::{folder, make_folder};
use super::values::Values;
use crate::tier::contract::SECRET;
use crate::tier::wall_clock::now;

/// How long a write may wait for another process.
const BUSY: Duration = Duration::from_secs(2);
/// In milliseconds.
pub(super) const SWEEP_EVERY: u64 = 24 * 60 * 60 * 1_000;
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

/// An open generation.
pub(super) struct Generation {
    /// A connection must not be used by a forked process.
    pub(super) process: u32,
    pub(super) number: u64,
    pub(super) values: Values,
    pub(super) connection: Connection,
}

/// As a column holds it.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn new_secret() -> [u8; SECRET] {
    let random = RandomState::new();
    let mut secret = [0; SECRET];
    for (part, bytes) in secret.chunks_exact_mut(8).enumerate() {
        bytes.copy_from_slice(&random.hash_one(part).to_le_bytes());
    }
    secret
}

impl Generation {
    pub(super) fn open(dir: &Path, number: u64) -> Result<Self, Failure> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(Failure::Unusable);
        }
        let folder = folder(dir, number);
        // Something else of that name is damage.
        if folder.exists() && !folder.is_dir() {
            return Err(Failure::Damaged);
        }
        let values = Values { folder: folder.join("values") };
        make_folder(&values.folder).map_err(|_| if folder.is_dir() { Failure::Damaged } else { Failure::Unusable })?;
        let file = folder.join("index.sqlite");
        if file.exists() && !file.is_file() {
            return Err(Failure::Damaged);
        }
        let mut connection = Connection::open(file)?;
        connection.set_transaction_behavior(TransactionBehavior::Immediate);
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "mmap_size", 0)?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Failure::Unusable);
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
    pub(super) fn secret(&mut self, known: Option<[u8; SECRET]>) -> Result<[u8; SECRET], Failure> {
        let select = "SELECT value FROM meta WHERE name = 'secret'";
        if let Some(secret) = self.connection.query_row(select, [], |row| row.get(0)).optional()? {
            return Ok(secret);
        }
        let new = known.unwrap_or_else(new_secret);
        self.connection.execute("INSERT OR IGNORE INTO meta VALUES ('secret', ?1)", params![new])?;
        Ok(self.connection.query_row(select, [], |row| row.get(0))?)
    }

    /// Removes files that no row names, of a write that was killed; once in a while.
    fn sweep(&self) -> Result<(), Failure> {
        let now = now();
        let swept: Option<i64> = self
            .connection
            .query_row("SELECT value FROM meta WHERE name = 'swept'", [], |row| row.get(0))
            .optional()?;
        if swept.is_some_and(|swept| now.abs_diff(u64::try_from(swept).unwrap_or_default()) < SWEEP_EVERY) {
            return Ok(());
        }
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES ('swept', ?1)", [signed(now)])?;
        for name in self.values.old() {
            let mut named = self.connection.prepare_cached("SELECT 1 FROM entries WHERE file = ?1")?;
            if !named.exists([&name])? {
                self.values.remove(&[name]);
            }
        }
        Ok(())
    }
}
