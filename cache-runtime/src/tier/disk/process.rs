//! What a process has of the disk. A forked one has a state of its own: locks that other threads held and threads that
//! are gone with them are its parent's.

use std::io;
use std::path::Path;
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use once_cell::race::OnceBox;
use once_cell::sync::OnceCell;
use parking_lot::{Mutex, RwLock};

use super::background::Background;
use super::nonces::fresh_secret;
use super::opened::{Opened, Problem, Purpose};
use super::strikes::Strikes;
use super::sweeper::Sweeper;
use crate::observe::telemetry;
use crate::tier::config::Settings;
use crate::tier::contract::SECRET;

/// How long a folder that could not be opened is left alone by calls, which go on without.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Process {
    id: u32,
    pub(super) settings: Settings,
    opened: RwLock<Option<Arc<Opened>>>,
    /// That of the keys made here. A folder with another is not ours to read.
    secret: OnceCell<[u8; SECRET]>,
    closed: Mutex<Option<(Instant, Arc<Problem>)>>,
    is_told: OnceCell<()>,
    is_clear_told: OnceCell<()>,
    pub(super) strikes: Strikes,
    pub(super) background: Background,
    pub(super) sweeper: Sweeper,
    forked: OnceBox<Self>,
}

impl Process {
    pub(super) fn new(settings: Settings) -> Self {
        Self::with(settings, OnceCell::new(), Strikes::default())
    }

    fn with(settings: Settings, secret: OnceCell<[u8; SECRET]>, strikes: Strikes) -> Self {
        Self {
            id: process::id(),
            sweeper: Sweeper::new(settings.clone()),
            settings,
            opened: RwLock::default(),
            secret,
            closed: Mutex::default(),
            is_told: OnceCell::new(),
            is_clear_told: OnceCell::new(),
            strikes,
            background: Background::default(),
            forked: OnceBox::new(),
        }
    }

    /// The state of the process that asks.
    pub(super) fn here(&self) -> &Self {
        let id = process::id();
        let mut process = self;
        while process.id != id {
            process = process.forked.get_or_init(|| {
                Box::new(Self::with(process.settings.clone(), process.secret.clone(), process.strikes.of_fork()))
            });
        }
        process
    }

    pub(super) fn secret(&self) -> [u8; SECRET] {
        if let Some(secret) = self.secret.get() {
            return *secret;
        }
        drop(self.opened(Purpose::Use));
        // Without a folder, or one that gives it, keys hold for this process.
        self.own_secret().unwrap_or_default()
    }

    fn own_secret(&self) -> io::Result<[u8; SECRET]> {
        self.secret.get_or_try_init(fresh_secret).copied()
    }

    /// Are the keys of this process those of the folder?
    pub(super) fn shares_keys(&self, opened: &Opened) -> bool {
        self.secret.get() == Some(&opened.nonces.secret)
    }

    /// Was the folder ever asked for?
    pub(super) fn is_in_use(&self) -> bool {
        self.secret.get().is_some()
    }

    /// The folder for a call; `None` if it has to go on without.
    pub(super) fn for_call(&self) -> Option<Arc<Opened>> {
        if let Some(opened) = self.current() {
            return Some(opened);
        }
        if self.closed.try_lock()?.as_ref().is_some_and(|(since, _)| since.elapsed() < PAUSE) {
            return None;
        }
        self.opened(Purpose::Use).ok()
    }

    fn current(&self) -> Option<Arc<Opened>> {
        let opened = self.opened.read().clone()?;
        opened.is_current().then_some(opened)
    }

    pub(super) fn opened(&self, purpose: Purpose) -> Result<Arc<Opened>, Arc<Problem>> {
        if let Some(opened) = self.current() {
            return Ok(opened);
        }
        self.reopened(purpose)
    }

    /// Opens the folder anew, whatever is open. With nothing locked: the disk may take its time.
    pub(super) fn reopened(&self, purpose: Purpose) -> Result<Arc<Opened>, Arc<Problem>> {
        let dir = self.settings.dir.as_deref().ok_or(Problem::Absent)?;
        match Opened::open(dir, purpose, || self.own_secret()) {
            Ok(opened) => {
                let opened = Arc::new(opened);
                let _ = self.secret.set(opened.nonces.secret);
                *self.opened.write() = Some(Arc::clone(&opened));
                *self.closed.lock() = None;
                Ok(opened)
            }
            Err(problem) => {
                *self.opened.write() = None;
                let problem = Arc::new(problem);
                if purpose == Purpose::Use {
                    *self.closed.lock() = Some((Instant::now(), Arc::clone(&problem)));
                }
                self.tell(dir, &problem);
                Err(problem)
            }
        }
    }

    /// Once.
    fn tell(&self, dir: &Path, problem: &Problem) {
        if !matches!(problem, Problem::Absent) && self.is_told.set(()).is_ok() {
            telemetry::warn_of_folder(dir, format_args!("nothing is persisted, for {problem}"));
        }
    }

    /// Once.
    pub(super) fn tell_of_clear(&self, error: &io::Error) {
        if let Some(dir) = self.settings.dir.as_deref().filter(|_| self.is_clear_told.set(()).is_ok()) {
            let what = "other processes may be served what was cleared here, for that could not be written";
            telemetry::warn_of_folder(dir, format_args!("{what}: {error}; it is tried again"));
        }
    }
}
