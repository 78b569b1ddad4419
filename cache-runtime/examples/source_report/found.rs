//! Looks for source files.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file to count, and the state it is in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) modified: SystemTime,
}

/// What was left out of the report, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) path: PathBuf,
    pub(crate) reason: String,
}

impl Skipped {
    pub(crate) fn new(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_owned(), reason: error.to_string() }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

/// The `.rs` files under a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) sources: Vec<Source>,
    pub(crate) skipped: Vec<Skipped>,
}

impl Found {
    /// Looks through `dir` and its folders, but not through hidden ones and those named `target`. Fails if `dir` itself
    /// cannot be read; what cannot be read below it is skipped.
    pub(crate) fn under(dir: &Path) -> io::Result<Self> {
        let mut found = Self::default();
        let mut folders = Vec::new();
        found.list(dir, &mut folders)?;
        while let Some(folder) = folders.pop() {
            if let Err(error) = found.list(&folder, &mut folders) {
                found.skipped.push(Skipped::new(&folder, &error));
            }
        }
        // A folder lists its entries in any order.
        found.sources.sort();
        Ok(found)
    }

    fn list(&mut self, folder: &Path, folders: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Err(error) = self.add(&entry, folders) {
                self.skipped.push(Skipped::new(&entry.path(), &error));
            }
        }
        Ok(())
    }

    fn add(&mut self, entry: &DirEntry, folders: &mut Vec<PathBuf>) -> io::Result<()> {
        // This does not follow symbolic links, and they are neither folder nor file: they can lead in circles, and what
        // they lead to would be counted twice.
        let kind = entry.file_type()?;
        let path = entry.path();
        if kind.is_dir() && is_of_interest(&entry.file_name()) {
            folders.push(path);
        } else if kind.is_file() && path.extension() == Some(OsStr::new("rs")) {
            let modified = entry.metadata()?.modified()?;
            self.sources.push(Source { path, modified });
        }
        Ok(())
    }
}

fn is_of_interest(folder: &OsStr) -> bool {
    folder != "target" && !folder.as_encoded_bytes().starts_with(b".")
}
