//! Folders and files where there are no descriptors: by their paths. That folders belong to the user is left to the
//! system there.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::names::Names;

/// Which file it is: as well as can be known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(Option<SystemTime>);

pub(super) fn identity_at(path: &Path) -> io::Result<Identity> {
    fs::symlink_metadata(path).map(|about| identity_of(&about))
}

pub(super) fn identity_of(about: &Metadata) -> Identity {
    Identity(about.created().ok())
}

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(path)?.is_dir() {
            Ok(Self(path.to_owned()))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    pub(super) fn make(path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).create(path)
    }

    pub(super) fn folder(&self, name: &str) -> io::Result<Self> {
        Self::open(&self.0.join(name))
    }

    pub(super) fn make_folder(&self, name: &str) -> io::Result<()> {
        fs::create_dir(self.0.join(name))
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "elsewhere there is something to ask")]
    pub(super) fn distrust(&self) -> io::Result<Option<&'static str>> {
        Ok(None)
    }

    pub(super) fn file(&self, name: &str, is_for_writing: bool) -> io::Result<(File, Metadata)> {
        let path = self.0.join(name);
        if !fs::symlink_metadata(&path)?.is_file() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let file = OpenOptions::new().read(true).write(is_for_writing).open(path)?;
        let about = file.metadata()?;
        Ok((file, about))
    }

    pub(super) fn file_below(&self, names: &Names) -> io::Result<(File, Metadata)> {
        self.folder(names.function())?.folder(names.shard())?.file(names.file(), false)
    }

    pub(super) fn new_file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.0.join(name))
    }

    /// Adds a byte to a file, which is made if it is not there; gives its length.
    pub(super) fn lengthen(&self, name: &str) -> io::Result<u64> {
        let mut file = OpenOptions::new().append(true).create(true).open(self.0.join(name))?;
        io::Write::write_all(&mut file, &[1])?;
        file.metadata().map(|about| about.len())
    }

    pub(super) fn name_too(&self, from: &str, to: &str) -> io::Result<()> {
        fs::hard_link(self.0.join(from), self.0.join(to))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        fs::remove_dir(self.0.join(name))
    }

    pub(super) fn names(&self) -> io::Result<Vec<(String, bool)>> {
        let entries = fs::read_dir(&self.0)?.flatten();
        let named =
            entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?.is_dir())));
        Ok(named.collect())
    }
}

pub(super) fn is_trusted(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
    if read == bytes.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(windows)]
pub(super) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
    if written == bytes.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

#[cfg(not(windows))]
pub(super) fn read_at(_file: &File, _bytes: &mut [u8], _at: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(windows))]
pub(super) fn write_at(_file: &File, _bytes: &[u8], _at: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn longest_file() -> u64 {
    u64::MAX
}

/// In blocks, as most file systems have them.
pub(super) fn room_of(about: &Metadata) -> u64 {
    about.len().next_multiple_of(4_096)
}

pub(super) fn yield_to_others() {}

/// What is opened by name has been looked at before.
pub(super) fn is_link(_error: &io::Error) -> bool {
    false
}
