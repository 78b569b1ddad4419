//! The entries of a generation: rows of its database.

use rusqlite::{OptionalExtension as _, ToSql, params};

use super::failure::Failure;
use super::generation::{Generation, signed};
use crate::key::Key;
use crate::tier::contract::{Metadata, WriteToken};
use crate::tier::wall_clock::now;

/// Of what is too much or too old, a write deletes this much: none should be slow because many are due.
const DELETED_PER_WRITE: i64 = 4;
/// A use within this time of the last noted one is not noted.
const USE_STEPS: u64 = 60_000;

/// Each between two line ends, to be found as a whole.
fn tags(tags: &[&str]) -> String {
    tags.iter().fold("\n".to_owned(), |all, tag| all + tag + "\n")
}

/// Makes the write tokens of a function void; those of all by the empty name.
const BUMP_ONE: &str =
    "INSERT INTO functions (name, cleared) VALUES (?1, 1) ON CONFLICT DO UPDATE SET cleared = cleared + 1";

impl Generation {
    pub(super) fn write_token(&self, function: &str) -> Result<WriteToken, Failure> {
        let mut query =
            self.connection.prepare_cached("SELECT IFNULL(SUM(cleared), 0) FROM functions WHERE name IN ('', ?1)")?;
        Ok(WriteToken(query.query_row([function], |row| row.get(0))?))
    }

    pub(super) fn get(&self, key: Key) -> Result<Option<Vec<u8>>, Failure> {
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
        Ok(value.or_else(|| self.values.read(&file?)))
    }

    pub(super) fn put(
        &mut self,
        metadata: &Metadata<'_>,
        value: Option<&[u8]>,
        file: Option<&str>,
        token: WriteToken,
    ) -> Result<(), Failure> {
        let obsolete = self.put_row(metadata, value, file, token)?;
        self.values.remove(&obsolete);
        Ok(())
    }

    /// Writes the row; hands back the files that are not needed any more.
    fn put_row(
        &mut self,
        metadata: &Metadata<'_>,
        value: Option<&[u8]>,
        file: Option<&str>,
        token: WriteToken,
    ) -> Result<Vec<String>, Failure> {
        let key = metadata.key.to_bytes();
        let now = signed(now());
        let transaction = self.connection.unchecked_transaction()?;
        if self.write_token(metadata.function)? != token {
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
                .execute(params![metadata.function, tags(metadata.tags)])?;
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
                .execute(params![key, metadata.function, now, metadata.expires_at.map(signed), value, file])?;
            let mut expired = connection.prepare_cached(
                "DELETE FROM entries WHERE rowid IN (SELECT rowid FROM entries WHERE expires <= ?1 LIMIT ?2) RETURNING file",
            )?;
            let files = expired.query_map(params![now, DELETED_PER_WRITE], |row| row.get::<_, Option<String>>(0))?;
            for file in files {
                obsolete.extend(file?);
            }
            if let Some(max_entries) = metadata.max_entries {
                let mut excess = connection.prepare_cached(
                    "DELETE FROM entries WHERE rowid IN (
                         SELECT rowid FROM entries WHERE function = ?1 AND key <> ?4 ORDER BY used, rowid
                         LIMIT max(0, min(?3, (SELECT entries FROM functions WHERE name = ?1) - ?2))
                     ) RETURNING file",
                )?;
                let files = excess
                    .query_map(params![metadata.function, signed(max_entries), DELETED_PER_WRITE, key], |row| {
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

    pub(super) fn clear_key(&mut self, function: &str, key: Key) -> Result<(), Failure> {
        self.clear(("key = ?1", &key.to_bytes()), (BUMP_ONE, &function))
    }

    pub(super) fn clear_function(&mut self, function: &str) -> Result<(), Failure> {
        self.clear(("function = ?1", &function), (BUMP_ONE, &function))
    }

    pub(super) fn clear_tag(&mut self, tag: &str) -> Result<(), Failure> {
        let tag = tags(&[tag]);
        let bump = "UPDATE functions SET cleared = cleared + 1 WHERE instr(tags, ?1) > 0";
        let which = "function IN (SELECT name FROM functions WHERE instr(tags, ?1) > 0)";
        self.clear((which, &tag), (bump, &tag))
    }

    pub(super) fn clear_all(&mut self) -> Result<(), Failure> {
        self.clear(("?1 = ''", &""), (BUMP_ONE, &""))
    }

    /// Forgets rows, and lets nobody put back what was read before.
    fn clear(&mut self, (which, of): (&str, &dyn ToSql), (bump, what): (&str, &dyn ToSql)) -> Result<(), Failure> {
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
        self.values.remove(&obsolete);
        Ok(())
    }
}
