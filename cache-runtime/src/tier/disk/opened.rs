//! The open folder of a tier: trusted, with its nonces, and known to be still where its path says.

use std::path::{Path, PathBuf};
use std::{fmt, io, process};

use super::names::Names;
use super::nonces::{self, Nonces};
use super::system::{Folder, Identity, identity_at, identity_of, is_link, room_of};
use crate::sys::ids::next_id;
use crate::tier::contract::SECRET;

/// In the configured folder; another format would have another.
const HOME: &str = "v2";
const NONCES: &str = "nonces";
/// What is being written, and what is in the way, until the sweep comes by.
pub(super) const TEMPORARY: &str = "tmp-";
pub(super) const REFUSE: &str = "old-";

/// Changed when a sweep begins.
pub(super) const SWEPT: &str = "swept";

/// Why a folder is not used.
#[derive(Debug)]
pub(super) enum Problem {
    /// It is not there, and is not to be made.
    Absent,
    Untrusted(PathBuf, &'static str),
    Failed(PathBuf, io::Error),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("there is no folder for it"),
            Self::Untrusted(path, why) => write!(f, "`{}` is not to be trusted: {why}", path.display()),
            Self::Failed(path, error) => write!(f, "`{}` cannot be used: {error}", path.display()),
        }
    }
}

impl Problem {
    fn of(path: &Path, error: io::Error) -> Self {
        if is_link(&error) {
            return Self::Untrusted(path.to_owned(), "it is a link");
        }
        Self::Failed(path.to_owned(), error)
    }
}

/// What an opened folder is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is made if it is not there.
    Use,
    /// Where it is not there, there is nothing to clear.
    Clear,
}

pub(super) struct Opened {
    pub(super) home: Folder,
    pub(super) nonces: Nonces,
    path_of_nonces: PathBuf,
    identity: Identity,
}

/// A name that nothing has.
pub(super) fn new_name(kind: &str) -> String {
    let random = nonces::fresh().map(u64::from_le_bytes).unwrap_or_default();
    format!("{kind}{:x}-{:x}-{random:x}", process::id(), next_id())
}

/// The folder of everything in a configured one.
pub(super) fn home_in(dir: &Path) -> PathBuf {
    dir.join(HOME)
}

/// The file of nonces in a configured folder.
pub(super) fn nonces_in(dir: &Path) -> PathBuf {
    home_in(dir).join(NONCES)
}

impl Opened {
    /// `secret` gives the one of a file of nonces that this process is the first to make.
    pub(super) fn open(
        dir: &Path,
        purpose: Purpose,
        secret: impl Fn() -> io::Result<[u8; SECRET]>,
    ) -> Result<Self, Problem> {
        let root = trusted(dir, purpose, |is_new| {
            if is_new {
                Folder::make(dir)?;
            }
            Folder::open(dir)
        })?;
        let home_path = home_in(dir);
        let home = trusted(&home_path, purpose, |is_new| {
            if is_new {
                root.make_folder(HOME)?;
                // There is nothing to sweep yet.
                root.folder(HOME)?.lengthen(SWEPT)?;
            }
            match root.folder(HOME) {
                Err(error) if is_in_the_way(&error) => {
                    put_away(&root, HOME)?;
                    root.make_folder(HOME)?;
                    root.folder(HOME)
                }
                opened => opened,
            }
        })?;
        let path_of_nonces = home_path.join(NONCES);
        let (nonces, identity) = match open_nonces(&home, purpose, secret) {
            Ok(Some(opened)) => opened,
            Ok(None) => return Err(Problem::Absent),
            Err(error) => return Err(Problem::of(&path_of_nonces, error)),
        };
        Ok(Self { home, nonces, path_of_nonces, identity })
    }

    /// Is it still what the path names? What was deleted or moved is not to be used any more, nor one that was put
    /// back from elsewhere.
    pub(super) fn is_current(&self) -> bool {
        identity_at(&self.path_of_nonces).is_ok_and(|identity| identity == self.identity)
    }

    /// Strikes out everything where a nonce cannot be written, which takes no room: who comes next makes another file.
    pub(super) fn remove_nonces(&self) -> io::Result<()> {
        self.home.remove(NONCES)
    }

    /// What everything in it takes of the disk.
    pub(super) fn size(&self) -> u64 {
        fn size_of(folder: &Folder) -> u64 {
            let size_of_one = |(name, is_folder): (String, bool)| {
                if is_folder {
                    folder.folder(&name).map_or(0, |folder| size_of(&folder))
                } else {
                    folder.file(&name, false).map_or(0, |(_, about)| room_of(&about))
                }
            };
            folder.names().unwrap_or_default().into_iter().map(size_of_one).sum()
        }
        size_of(&self.home)
    }

    /// The folder of a value, made if it is not there.
    pub(super) fn shard(&self, names: &Names) -> io::Result<Folder> {
        let function = made(&self.home, names.function())?;
        made(&function, names.shard())
    }
}

/// Opens a folder that is to be believed.
fn trusted(path: &Path, purpose: Purpose, open: impl Fn(bool) -> io::Result<Folder>) -> Result<Folder, Problem> {
    let opened = match open(false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if purpose == Purpose::Clear {
                return Err(Problem::Absent);
            }
            match open(true) {
                // Somebody was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(false),
                opened => opened,
            }
        }
        opened => opened,
    };
    let folder = opened.map_err(|error| Problem::of(path, error))?;
    match folder.distrust() {
        Ok(None) => Ok(folder),
        Ok(Some(why)) => Err(Problem::Untrusted(path.to_owned(), why)),
        Err(error) => Err(Problem::of(path, error)),
    }
}

/// So often another process may have been faster.
const TRIES: usize = 8;

/// `None`: there are none, and none are to be made.
fn open_nonces(
    home: &Folder,
    purpose: Purpose,
    secret: impl Fn() -> io::Result<[u8; SECRET]>,
) -> io::Result<Option<(Nonces, Identity)>> {
    for _ in 0..TRIES {
        // Read only will do until there is something to clear.
        let file = home.file(NONCES, true).or_else(|error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => home.file(NONCES, false),
            _ => Err(error),
        });
        let is_there = match file {
            Ok((file, about)) => {
                let identity = identity_of(&about);
                if let Some(nonces) = Nonces::open(file, about.len())? {
                    return Ok(Some((nonces, identity)));
                }
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) if is_in_the_way(&error) || is_link(&error) => true,
            Err(error) => return Err(error),
        };
        if !is_there && purpose == Purpose::Clear {
            return Ok(None);
        }
        let new = new_name(TEMPORARY);
        let made = home.new_file(&new).and_then(|file| nonces::write_new(&file, &secret()?));
        let placed =
            made.and_then(|()| if is_there { replace(home, &new, NONCES) } else { home.name_too(&new, NONCES) });
        drop(home.remove(&new));
        match placed {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// There is something of that name, but of another kind.
pub(super) fn is_in_the_way(error: &io::Error) -> bool {
    use io::ErrorKind::{DirectoryNotEmpty, InvalidData, IsADirectory, NotADirectory};
    matches!(error.kind(), NotADirectory | IsADirectory | DirectoryNotEmpty | InvalidData)
        // A socket, or a device that is not there.
        || cfg!(unix) && error.raw_os_error() == Some(6)
}

/// Gives a file the name of whatever has it.
pub(super) fn replace(folder: &Folder, from: &str, to: &str) -> io::Result<()> {
    match folder.rename(from, to) {
        Err(error) if is_in_the_way(&error) || error.kind() == io::ErrorKind::AlreadyExists => {
            put_away(folder, to)?;
            folder.rename(from, to)
        }
        renamed => renamed,
    }
}

fn put_away(folder: &Folder, name: &str) -> io::Result<()> {
    folder.rename(name, &new_name(REFUSE))
}

fn made(above: &Folder, name: &str) -> io::Result<Folder> {
    for _ in 0..TRIES {
        match above.folder(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match above.make_folder(name) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            },
            Err(error) if is_in_the_way(&error) || is_link(&error) => put_away(above, name)?,
            opened => return opened,
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}
