//! Making room: a walk through a folder, a little at a time.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::names::{Names, function_of, key_of};
use super::opened::{Opened, REFUSE, SWEPT, TEMPORARY, home_in};
use super::system::{Folder, room_of};
use crate::key::Key;
use crate::tier::contract::{Place, Terms};
use crate::tier::envelope::{HEAD, Head};
use crate::tier::wall_clock::now;

/// Has a byte for each part of the total size that was written since the last sweep.
pub(super) const WRITTEN: &str = "written";
/// What is being written is given so long.
pub(super) const ORPHAN: Duration = Duration::from_secs(60 * 60);
/// For so long what another version of the code has made is kept, in case that comes back.
const OLD_CODE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Files of the format before are left alone for so long after their last change.
const OLD_FORMAT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Uses within so many seconds of each other count as at once.
const STEP: u64 = 10;
/// After so many files others have a turn.
const AT_ONCE: usize = 64;
const REST: Duration = Duration::from_millis(2);

/// A function that this process has put something of.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) place: Place,
    pub(super) terms: Terms,
}

/// The order in which files go: old code first, then by their last use.
type Turn = (bool, u64);

pub(super) struct Sweep<'a> {
    opened: &'a Opened,
    known: &'a HashMap<u64, Known>,
    max_size: u64,
    may_go_on: &'a dyn Fn() -> bool,
    seen: usize,
}

/// What becomes of a file.
enum Fate {
    Goes,
    Stays(Turn, u64),
}

fn age(about: &Metadata) -> Duration {
    let used = about.modified().ok();
    used.and_then(|used| SystemTime::now().duration_since(used).ok()).unwrap_or_default()
}

impl<'a> Sweep<'a> {
    pub(super) fn new(
        opened: &'a Opened,
        known: &'a HashMap<u64, Known>,
        max_size: u64,
        may_go_on: &'a dyn Fn() -> bool,
    ) -> Self {
        Self { opened, known, max_size, may_go_on, seen: 0 }
    }

    pub(super) fn run(mut self, dir: &Path) {
        let home = &self.opened.home;
        // Who looks from now on sees that somebody is at it.
        drop(home.remove(SWEPT));
        drop(home.lengthen(SWEPT));
        drop(home.remove(WRITTEN));
        remove_old_format(dir);
        Self::remove_leftovers(home, &home_in(dir));
        let mut rooms = BTreeMap::<Turn, u64>::new();
        let mut total = 0_u64;
        self.walk(&home_in(dir), |_, turn, room| {
            *rooms.entry(turn).or_default() += room;
            total += room;
            false
        });
        if total <= self.max_size {
            return;
        }
        // A tenth less, so that it is not due again at once.
        let mut excess = total - self.max_size / 10 * 9;
        let mut rooms = rooms.into_iter();
        let last = rooms.by_ref().find(|(_, room)| {
            let is_last = *room >= excess;
            excess = excess.saturating_sub(if is_last { 0 } else { *room });
            is_last
        });
        let Some((last, _)) = last else { return };
        self.walk(&home_in(dir), |_, turn, room| {
            let goes = turn < last || turn == last && excess > 0;
            if turn == last {
                excess = excess.saturating_sub(room);
            }
            goes
        });
    }

    /// Removes what is of no use any more, and asks about the rest whether it goes.
    fn walk(&mut self, path: &Path, mut goes: impl FnMut(u64, Turn, u64) -> bool) {
        let Ok(functions) = self.opened.home.names() else { return };
        for (function, name) in functions.into_iter().filter_map(|(name, _)| Some((function_of(&name)?, name))) {
            let Ok(shards) = self.opened.home.folder(&name) else { continue };
            Self::remove_leftovers(&shards, &path.join(&name));
            for (shard, _) in shards.names().unwrap_or_default() {
                let Ok(folder) = shards.folder(&shard) else { continue };
                Self::remove_leftovers(&folder, &path.join(&name).join(&shard));
                for (file, _) in folder.names().unwrap_or_default() {
                    self.rest();
                    if key_of(&file).is_none() {
                        continue;
                    }
                    let goes = match self.fate(function, &folder, &file) {
                        None => false,
                        Some(Fate::Goes) => true,
                        Some(Fate::Stays(turn, room)) => goes(function, turn, room),
                    };
                    if goes {
                        drop(folder.remove(&file));
                    }
                }
                if !(self.may_go_on)() {
                    return;
                }
                // They stay if there is anything in them.
                drop(shards.remove_folder(&shard));
            }
            drop(self.opened.home.remove_folder(&name));
        }
    }

    fn rest(&mut self) {
        self.seen += 1;
        if self.seen.is_multiple_of(AT_ONCE) {
            sleep(REST);
        }
    }

    /// `None` for what cannot be looked at.
    fn fate(&self, function: u64, folder: &Folder, name: &str) -> Option<Fate> {
        let (file, about) = folder.file(name, false).ok()?;
        let age = age(&about);
        let Some(head) = head(file) else { return Some(Fate::Goes) };
        let known = self.known.get(&function);
        let nonces = &self.opened.nonces;
        let is_struck_out = match known {
            Some(Known { place, .. }) => {
                let now = nonces.token(&Place { key: head.key, ..*place }, None).ok()?;
                now != head.token
            }
            // Its tags are not known.
            None => nonces.untagged(function, head.key, None).ok()? != head.token.untagged(),
        };
        let is_past = head.expires_at.is_some_and(|end| end <= now());
        let is_idle = known.and_then(|known| known.terms.time_to_idle).is_some_and(|longest| age >= longest);
        let is_old_code = known.is_some_and(|known| known.terms.fingerprint != head.fingerprint);
        if is_struck_out || is_past || is_idle || is_old_code && age >= OLD_CODE || key_of(name) != Some(head.key) {
            return Some(Fate::Goes);
        }
        let used = now() / 1_000 / STEP - age.as_secs() / STEP;
        // Old code is the first to go.
        Some(Fate::Stays((!is_old_code, used), room_of(&about)))
    }

    /// Of writes that were killed, and what was in the way.
    fn remove_leftovers(folder: &Folder, path: &Path) {
        for (name, is_folder) in folder.names().unwrap_or_default() {
            if !name.starts_with(TEMPORARY) && !name.starts_with(REFUSE) {
                continue;
            }
            let about = fs::symlink_metadata(path.join(&name));
            if name.starts_with(TEMPORARY) && !about.is_ok_and(|about| age(&about) >= ORPHAN) {
                continue;
            }
            drop(if is_folder { fs::remove_dir_all(path.join(&name)) } else { folder.remove(&name) });
        }
    }
}

fn head(file: File) -> Option<Head> {
    let mut bytes = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut bytes).ok()?;
    Head::read(&bytes).map(|(head, _)| head)
}

/// Brings a function down to its bound: what was used longest ago goes.
pub(super) fn trim(opened: &Opened, known: Known) {
    let Some(bound) = known.terms.max_entries.and_then(|bound| usize::try_from(bound).ok()) else { return };
    let Ok(shards) = opened.home.folder(Names::new(known.place.function, known.place.key).function()) else {
        return;
    };
    let mut files = Vec::new();
    for (shard, _) in shards.names().unwrap_or_default() {
        let Ok(folder) = shards.folder(&shard) else { continue };
        for (name, _) in folder.names().unwrap_or_default() {
            if let Some(key) = key_of(&name)
                && let Ok((_, about)) = folder.file(&name, false)
            {
                files.push((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), key.bits()));
            }
        }
    }
    let Some(excess) = files.len().checked_sub(bound).filter(|excess| *excess > 0) else { return };
    files.select_nth_unstable(excess - 1);
    for (_, key) in &files[..excess] {
        let name = Names::new(known.place.function, Key::new(*key));
        if let Ok(folder) = shards.folder(name.shard()) {
            drop(folder.remove(name.file()));
        }
    }
}

/// `g1`, `g2` and so on, each with an index, and the lock beside them.
fn remove_old_format(dir: &Path) {
    let mut is_in_use = false;
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix('g')).unwrap_or_default();
        let is_generation = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
        if !is_generation || !fs::symlink_metadata(entry.path()).is_ok_and(|about| about.is_dir()) {
            continue;
        }
        let changed = |file: &str| fs::symlink_metadata(entry.path().join(file)).ok().map(|about| age(&about));
        let Some(index) = changed("index.sqlite") else { continue };
        let last = changed("index.sqlite-wal").map_or(index, |log| log.min(index));
        if last >= OLD_FORMAT {
            drop(fs::remove_dir_all(entry.path()));
        } else {
            is_in_use = true;
        }
    }
    let lock = dir.join("lock");
    let is_empty_and_old = |about: &Metadata| about.is_file() && about.len() == 0 && age(about) >= OLD_FORMAT;
    if !is_in_use && fs::symlink_metadata(&lock).is_ok_and(|about| is_empty_and_old(&about)) {
        drop(fs::remove_file(lock));
    }
}
