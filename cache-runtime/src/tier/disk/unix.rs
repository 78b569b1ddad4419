//! Folders and files where there are descriptors: what is inside of a folder is reached through the descriptor of the
//! folder, and never through a link.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, Mode, OFlags};
use rustix::process::{Resource, geteuid, getrlimit};

use super::names::Names;

const PRIVATE_FOLDER: Mode = Mode::RWXU;
const PRIVATE_FILE: Mode = Mode::from_raw_mode(0o600);
/// No link, no terminal, nothing that waits for another end, nothing that a started program gets.
const GUARDED: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

/// Which file it is, whatever its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// Which file has this name now?
pub(super) fn identity_at(path: &Path) -> io::Result<Identity> {
    fs::symlink_metadata(path).map(|about| identity_of(&about))
}

pub(super) fn identity_of(about: &Metadata) -> Identity {
    Identity(about.dev(), about.ino())
}

/// An open folder.
pub(super) struct Folder(File);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::open_at(CWD, path)
    }

    /// Makes it with those above it, for its owner alone.
    pub(super) fn make(path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)
    }

    fn open_at(above: impl std::os::fd::AsFd, name: impl rustix::path::Arg) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | GUARDED;
        Ok(Self(rustix::fs::openat(above, name, flags, Mode::empty())?.into()))
    }

    pub(super) fn folder(&self, name: &str) -> io::Result<Self> {
        Self::open_at(&self.0, name)
    }

    pub(super) fn make_folder(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, name, PRIVATE_FOLDER)?)
    }

    /// Why nothing in it is to be believed, if so.
    pub(super) fn distrust(&self) -> io::Result<Option<&'static str>> {
        Ok(distrust(&self.0.metadata()?))
    }

    /// A regular file; anything else is not opened for long.
    pub(super) fn file(&self, name: &str, is_for_writing: bool) -> io::Result<(File, Metadata)> {
        let access = if is_for_writing { OFlags::RDWR } else { OFlags::RDONLY };
        regular(rustix::fs::openat(&self.0, name, access | GUARDED, Mode::empty())?.into())
    }

    /// The same, to be read, below folders that are no links either.
    pub(super) fn file_below(&self, names: &Names) -> io::Result<(File, Metadata)> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::ResolveFlags;
            let beneath = ResolveFlags::NO_SYMLINKS | ResolveFlags::BENEATH;
            let path = names.path();
            match rustix::fs::openat2(&self.0, path, OFlags::RDONLY | GUARDED, Mode::empty(), beneath) {
                // An older kernel, or a filter that does not know the call.
                Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {}
                opened => return regular(opened?.into()),
            }
        }
        self.folder(names.function())?.folder(names.shard())?.file(names.file(), false)
    }

    pub(super) fn new_file(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | GUARDED;
        Ok(rustix::fs::openat(&self.0, name, flags, PRIVATE_FILE)?.into())
    }

    /// Adds a byte to a file, which is made if it is not there; gives its length.
    pub(super) fn lengthen(&self, name: &str) -> io::Result<u64> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | GUARDED;
        let (file, about) = regular(rustix::fs::openat(&self.0, name, flags, PRIVATE_FILE)?.into())?;
        if longest_file() > about.len() {
            io::Write::write_all(&mut &file, &[1])?;
        }
        file.metadata().map(|about| about.len())
    }

    /// Another name for a file; fails if it is taken.
    pub(super) fn name_too(&self, from: &str, to: &str) -> io::Result<()> {
        match rustix::fs::linkat(&self.0, from, &self.0, to, AtFlags::empty()) {
            Err(error) if error != rustix::io::Errno::EXIST => self.rename_to_new(from, to).map_err(|_| error.into()),
            linked => Ok(linked?),
        }
    }

    /// For what knows no links.
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    fn rename_to_new(&self, from: &str, to: &str) -> rustix::io::Result<()> {
        rustix::fs::renameat_with(&self.0, from, &self.0, to, rustix::fs::RenameFlags::NOREPLACE)
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    fn rename_to_new(&self, _from: &str, _to: &str) -> rustix::io::Result<()> {
        Err(rustix::io::Errno::NOTSUP)
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// The names in it, and which of them are folders.
    pub(super) fn names(&self) -> io::Result<Vec<(String, bool)>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().to_str()
                && name != "."
                && name != ".."
            {
                names.push((name.to_owned(), entry.file_type() == rustix::fs::FileType::Directory));
            }
        }
        Ok(names)
    }
}

fn distrust(about: &Metadata) -> Option<&'static str> {
    if about.uid() != geteuid().as_raw() {
        Some("it belongs to another user")
    } else if about.mode() & 0o022 != 0 {
        Some("others may write to it")
    } else {
        None
    }
}

/// The same for one that cannot be opened.
pub(super) fn is_trusted(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir() && distrust(&about).is_none())
}

fn regular(file: File) -> io::Result<(File, Metadata)> {
    let about = file.metadata()?;
    if about.is_file() { Ok((file, about)) } else { Err(io::ErrorKind::InvalidData.into()) }
}

pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    file.read_exact_at(bytes, at)
}

/// Writes, unless the file would become longer than this process may make one: that is a signal.
pub(super) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    if at.saturating_add(bytes.len() as u64) > longest_file() {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    file.write_all_at(bytes, at)
}

/// How long this process may make a file.
pub(super) fn longest_file() -> u64 {
    getrlimit(Resource::Fsize).current.unwrap_or(u64::MAX)
}

/// What a file takes of the disk.
pub(super) fn room_of(about: &Metadata) -> u64 {
    about.blocks().saturating_mul(512)
}

/// The thread that asks gets what others leave.
pub(super) fn yield_to_others() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}

/// Does it say that there is no such file, rather than that it could not be opened?
pub(super) fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}
