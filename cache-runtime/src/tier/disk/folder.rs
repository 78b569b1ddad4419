//! The folder of the tier: generations, `g1`, `g2` and so on, of which the last counts.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use super::values::LARGE;
use crate::sys::ids::next_id;

pub(super) fn make_folder(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Can as much be written there as a small database needs?
pub(super) fn is_writable(dir: &Path) -> bool {
    let probe = dir.join(format!("probe-{:x}-{:x}", process::id(), next_id()));
    let written = File::create_new(&probe).and_then(|mut file| file.write_all(&vec![0; 2 * LARGE]));
    drop(fs::remove_file(probe));
    written.is_ok()
}

pub(super) fn folder(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("g{number}"))
}

/// The number of the last generation.
pub(super) fn last(dir: &Path) -> Option<u64> {
    let names = fs::read_dir(dir).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_prefix('g')?.parse().ok()).max()
}

/// Begins the next generation, unless another process has done so.
pub(super) fn begin_next(dir: &Path, damaged: Option<u64>) -> io::Result<()> {
    make_folder(dir)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join("lock"))?;
    lock.lock()?;
    let last = last(dir).unwrap_or(0);
    if damaged.is_none_or(|damaged| damaged >= last) {
        make_folder(&folder(dir, last + 1))?;
        // A folder in use by others stays until they notice; one that cannot be removed is in nobody's way.
        drop(fs::remove_dir_all(folder(dir, last)));
        drop(fs::remove_file(folder(dir, last)));
    }
    Ok(())
}
