//! The files of the folder, and what is in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use cache_runtime::{Input, cache_data};

/// How often the user asked to look again: what depends on the folder reads it.
static SCANS: Input<u64> = Input::new(|| 0);

/// What is read of a file at most; larger ones are not sources.
const LARGEST: u64 = 1 << 20;

#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) extension: String,
    pub(crate) lines: usize,
}

pub(crate) fn rescan() {
    SCANS.set(SCANS.get() + 1);
}

/// The text files of a folder, hidden ones and build results left out. What cannot be read is left out too: the page is
/// about what is there.
#[cache_data]
pub(crate) fn files(dir: &Path) -> Arc<[File]> {
    SCANS.get();
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let Ok(about) = entry.metadata() else { continue };
            if name.starts_with('.') || name == "target" {
                continue;
            }
            if about.is_dir() {
                folders.push(path);
            } else if let Ok(modified) = about.modified()
                && about.len() <= LARGEST
                && let Some(lines) = lines(&path, modified)
            {
                let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
                found.push(File { path, name, extension, lines });
            }
        }
    }
    found.sort_by(|one, other| other.lines.cmp(&one.lines).then_with(|| one.path.cmp(&other.path)));
    found.into()
}

/// The number of lines of a text file as it was at that time.
#[cache_data(max_entries = 100_000)]
fn lines(path: &Path, modified: SystemTime) -> Option<usize> {
    let _ = modified;
    Some(fs::read_to_string(path).ok()?.lines().count())
}
