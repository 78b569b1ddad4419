//! The tier on disk: one sealed file per value, and a file of nonces by which they are cleared.
//!
//! Nothing is locked, so nobody waits for another process, and none can leave anything half done: a value is written
//! under another name and renamed, a clear is one write of eight bytes.

mod background;
mod names;
mod nonces;
mod opened;
mod process;
mod strikes;
mod sweep;
mod sweeper;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(not(unix))]
#[path = "portable.rs"]
mod system;
mod values;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use once_cell::sync::Lazy;

use self::names::Names;
use self::nonces::Nonce;
use self::opened::{Opened, Problem, Purpose, home_in, nonces_in};
use self::process::Process;
use self::system::is_trusted;
use crate::key::Key;
use crate::tier::config::{self, Settings};
use crate::tier::contract::{Place, SECRET, Terms, Tier, WriteToken};

/// The disk of this process.
pub(crate) static DISK: Lazy<Disk> = Lazy::new(|| Disk::new(config::settled()));

pub(crate) struct Disk {
    first: Process,
}

impl Disk {
    fn new(settings: Settings) -> Self {
        Self { first: Process::new(settings) }
    }

    fn process(&self) -> &Process {
        self.first.here()
    }

    pub(crate) fn dir(&self) -> Option<&Path> {
        self.process().settings.dir.as_deref()
    }

    /// Why it cannot be used, if so.
    pub(crate) fn problem(&self) -> Option<String> {
        self.process().opened(Purpose::Use).err().map(|problem| problem.to_string())
    }

    /// What it takes of the disk.
    pub(crate) fn size(&self) -> u64 {
        self.process().opened(Purpose::Clear).map_or(0, |opened| opened.size())
    }

    /// Waits for all that this process has begun to write or to remove.
    pub(crate) fn flush(&self) {
        let process = self.process();
        process.background.flush();
        process.sweeper.flush();
    }
}

impl Process {
    /// The folder of a call that may be answered from it.
    fn folder_for(&self, place: &Place) -> Option<Arc<Opened>> {
        let opened = self.for_call()?;
        let may_serve = self.shares_keys(&opened) && self.strikes.allow(&opened, Nonce::of(place));
        may_serve.then_some(opened)
    }

    /// The token of this moment. Where it cannot be had because the file is damaged, the next call has another file.
    fn token(&self, opened: &Opened, place: &Place) -> WriteToken {
        opened.nonces.token(place, None).unwrap_or_else(|error| {
            if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) {
                drop(self.reopened(Purpose::Use));
            }
            WriteToken::NONE
        })
    }

    /// Strikes something out, and gives the folder in which it did, the nonce and what that is now.
    ///
    /// It holds for all who begin later: what was replaced meanwhile is struck out again.
    fn strike(&self, what: Cleared<'_>, purpose: Purpose) -> Option<(Arc<Opened>, Nonce, [u8; 8])> {
        loop {
            let opened = match self.opened(purpose).as_ref().map_err(AsRef::as_ref) {
                Ok(opened) => Arc::clone(opened),
                Err(Problem::Failed(..)) => {
                    self.strike_blindly();
                    return None;
                }
                // It may come back.
                Err(problem) => {
                    if self.is_in_use() || !matches!(problem, Problem::Absent) {
                        self.strikes.remember(what.nonce(false));
                    }
                    return None;
                }
            };
            let nonce = what.nonce(self.shares_keys(&opened));
            match opened.nonces.renew(nonce) {
                Ok(written) if opened.is_current() => return Some((opened, nonce, written)),
                Err(error) if opened.is_current() => {
                    // That takes no room, and strikes out everything.
                    if opened.remove_nonces().is_err() {
                        self.strikes.remember(nonce);
                        self.tell_of_clear(&error);
                    }
                    return None;
                }
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// The same where the folder cannot be opened, for want of descriptors, say.
    fn strike_blindly(&self) {
        let Some(dir) = self.settings.dir.as_deref().filter(|dir| is_trusted(dir) && is_trusted(&home_in(dir))) else {
            return;
        };
        if let Err(error) = std::fs::remove_file(nonces_in(dir))
            && !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        {
            self.strikes.remember(Nonce::ALL);
            self.tell_of_clear(&error);
        }
    }

    fn put(&self, place: &Place, terms: Terms, bytes: &[u8], token: WriteToken) {
        if token == WriteToken::NONE {
            return;
        }
        let Some(opened) = self.folder_for(place) else { return };
        let is_wanted = || opened.is_current() && self.token(&opened, place) == token;
        let names = Names::new(place.function, place.key);
        if opened.write(&names, bytes, terms.max_entries.is_some(), is_wanted).is_ok() {
            self.sweeper.came(&opened, place, terms, bytes.len() as u64);
        }
    }
}

/// What a clear is of.
#[derive(Clone, Copy)]
enum Cleared<'a> {
    All,
    Tag(&'a str),
    Function(&'a str),
    Key(&'a str, Key),
}

impl Cleared<'_> {
    /// Where the folder has other keys than this process, nobody here knows which of them is meant: all of the function.
    fn nonce(self, shares_keys: bool) -> Nonce {
        match self {
            Self::All => Nonce::ALL,
            Self::Tag(tag) => Nonce::of_tag(tag),
            Self::Key(_, key) if shares_keys => Nonce::of_key(key),
            Self::Function(function) | Self::Key(function, _) => Nonce::of_function(names::hash(function)),
        }
    }
}

impl Tier for Disk {
    fn secret(&self) -> [u8; SECRET] {
        self.process().secret()
    }

    fn get(&self, place: &Place, time_to_idle: Option<Duration>) -> (Option<Vec<u8>>, WriteToken) {
        // The token first: what is cleared in between is seen as cleared.
        let process = self.process();
        let Some(opened) = process.folder_for(place) else { return (None, WriteToken::NONE) };
        let token = process.token(&opened, place);
        if token == WriteToken::NONE {
            return (None, token);
        }
        (opened.read(&Names::new(place.function, place.key), time_to_idle), token)
    }

    fn renew(&self, place: &Place) -> WriteToken {
        let process = self.process();
        let struck = process.strike(Cleared::Key(place.function, place.key), Purpose::Use);
        let Some((opened, nonce, written)) = struck else { return WriteToken::NONE };
        if !process.shares_keys(&opened) || !process.strikes.allow(&opened, Nonce::of(place)) {
            return WriteToken::NONE;
        }
        opened.nonces.token(place, Some((nonce, written))).unwrap_or(WriteToken::NONE)
    }

    fn put(&self, place: &Place, terms: Terms, bytes: &[u8], token: WriteToken) {
        let process = self.process();
        process.put(place, terms, bytes, token);
    }

    fn put_later(&'static self, place: &Place, terms: Terms, bytes: Vec<u8>, token: WriteToken) {
        let place = *place;
        let process = self.process();
        process.background.write(bytes.len(), move || self.put(&place, terms, &bytes, token));
    }

    fn longest(&self) -> u64 {
        // A few that are longer would leave no room for others.
        (self.process().settings.max_size / 4).min(values::LONGEST)
    }

    fn clear_key(&self, function: &str, key: Key) {
        self.process().strike(Cleared::Key(function, key), Purpose::Clear);
    }

    fn clear_function(&self, function: &str) {
        self.process().strike(Cleared::Function(function), Purpose::Clear);
    }

    fn clear_tag(&self, tag: &str) {
        self.process().strike(Cleared::Tag(tag), Purpose::Clear);
    }

    fn clear(&self) {
        self.process().strike(Cleared::All, Purpose::Clear);
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests;
