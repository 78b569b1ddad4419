//! The files of values.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::time::{Duration, SystemTime};

use super::names::Names;
use super::opened::{Opened, TEMPORARY, new_name, replace};
use super::system::longest_file;

/// No value is longer, whatever its file says.
pub(super) const LONGEST: u64 = 1 << 30;
/// A use within this time of the last noted one is not noted.
const USE_STEPS: Duration = Duration::from_secs(60);
/// Of a time to idle, a use is noted at least so often.
const STEPS_TO_IDLE: u32 = 8;

impl Opened {
    /// The bytes of a file, if there is one; its modification is its last use.
    pub(super) fn read(&self, names: &Names, time_to_idle: Option<Duration>) -> Option<Vec<u8>> {
        let (file, about) = self.home.file_below(names).ok()?;
        let idle = about.modified().ok().and_then(|used| SystemTime::now().duration_since(used).ok());
        let idle = idle.unwrap_or_default();
        if time_to_idle.is_some_and(|longest| idle >= longest) {
            return None;
        }
        if idle >= time_to_idle.map_or(USE_STEPS, |longest| USE_STEPS.min(longest / STEPS_TO_IDLE)) {
            // If that cannot be written now, another use will be.
            drop(file.set_modified(SystemTime::now()));
        }
        read_all(file, about.len())
    }

    /// Gives these bytes the name, in one step. File systems note times in steps of some milliseconds; `is_ordered` asks
    /// for better.
    pub(super) fn write(
        &self,
        names: &Names,
        bytes: &[u8],
        is_ordered: bool,
        is_wanted: impl FnOnce() -> bool,
    ) -> io::Result<()> {
        if bytes.len() as u64 > LONGEST.min(longest_file()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let new = new_name(TEMPORARY);
        let made = || {
            let folder = self.shard(names)?;
            folder.new_file(&new).map(|file| (folder, file))
        };
        let (folder, mut file) = match made() {
            // It was empty, and swept away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => made()?,
            made => made?,
        };
        let placed = file.write_all(bytes).and_then(|()| {
            if is_ordered {
                file.set_modified(SystemTime::now())?;
            }
            if is_wanted() { replace(&folder, &new, names.file()) } else { Err(io::ErrorKind::Interrupted.into()) }
        });
        if placed.is_err() {
            drop(folder.remove(&new));
        }
        placed
    }
}

/// As much as the file says it has.
fn read_all(file: File, length: u64) -> Option<Vec<u8>> {
    if length > LONGEST {
        return None;
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(length).ok()?).ok()?;
    file.take(length).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
