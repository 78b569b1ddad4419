//! Large values, each in a file of its own beside the database.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process;
use std::time::{Duration, SystemTime};

use crate::key::Key;
use crate::sys::ids::next_id;

/// Larger values have a file of their own.
pub(crate) const LARGE: usize = 32 * 1024;
/// A file without a row may belong to a write that is under way.
pub(super) const ORPHAN: Duration = Duration::from_secs(60 * 60);

/// The files of one generation.
#[derive(Clone)]
pub(super) struct Values {
    pub(super) folder: PathBuf,
}

impl Values {
    /// The name of a new file with these bytes. It has all of them before it has its name.
    pub(super) fn write(&self, key: Key, bytes: &[u8]) -> io::Result<String> {
        let name = format!("{}-{:x}-{:x}", key.to_hex(), process::id(), next_id());
        let temporary = self.folder.join(format!("{name}.tmp"));
        let written = File::create_new(&temporary).and_then(|mut file| file.write_all(bytes));
        let renamed = written.and_then(|()| fs::rename(&temporary, self.folder.join(&name)));
        if renamed.is_err() {
            drop(fs::remove_file(temporary));
        }
        renamed.map(|()| name)
    }

    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    pub(super) fn remove(&self, names: &[String]) {
        for name in names {
            drop(fs::remove_file(self.folder.join(name)));
        }
    }

    /// The names of files that no write under way can belong to any more.
    pub(super) fn old(&self) -> impl Iterator<Item = String> {
        fs::read_dir(&self.folder).into_iter().flatten().flatten().filter_map(|file| {
            let modified = file.metadata().and_then(|about| about.modified());
            let age = modified.ok().and_then(|time| SystemTime::now().duration_since(time).ok());
            if age.is_some_and(|age| age >= ORPHAN) { file.file_name().into_string().ok() } else { None }
        })
    }
}
