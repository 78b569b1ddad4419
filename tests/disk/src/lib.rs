//! What the tests share: a folder of their own, and processes that work in it.

pub mod scratch;
pub mod shadow;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is removed in the end.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    ///
    /// # Panics
    /// Panics if it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("cache-disk-tests-{}-{number}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).expect("there is room");
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A process that works in it.
    #[must_use]
    pub fn worker(&self, worker: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(worker);
        command.args(arguments).env("CACHE_RUNTIME_DIR", self.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// What a process says that works in it and ends well.
    ///
    /// # Panics
    /// Panics if it does not end well.
    #[track_caller]
    #[must_use]
    pub fn run(&self, worker: &str, arguments: &[&str]) -> String {
        said(self.worker(worker, arguments).spawn().expect("it can be run"))
    }

    /// All files in it.
    ///
    /// # Panics
    /// Panics if a folder cannot be read.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("it can be read").flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files.sort();
        files
    }

    /// The files of values in it.
    #[must_use]
    pub fn values(&self) -> Vec<PathBuf> {
        let is_value = |file: &PathBuf| file.file_name().is_some_and(|name| name.len() == 32);
        self.files().into_iter().filter(is_value).collect()
    }

    /// What it holds, put in place of what another holds.
    ///
    /// # Panics
    /// Panics if it cannot be copied.
    pub fn copy_to(&self, other: &Self) {
        drop(fs::remove_dir_all(&other.0));
        for file in self.files() {
            let to = other.0.join(file.strip_prefix(&self.0).expect("it is in there"));
            fs::create_dir_all(to.parent().expect("it has one")).expect("there is room");
            fs::copy(&file, to).expect("there is room");
        }
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A process that one talks with.
pub struct Talk {
    child: Child,
    heard: BufReader<ChildStdout>,
}

impl Talk {
    /// With a process that works in a folder.
    ///
    /// # Panics
    /// Panics if it cannot be run.
    #[must_use]
    pub fn with(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it can be run");
        let heard = BufReader::new(child.stdout.take().expect("it tells"));
        Self { child, heard }
    }

    /// Its next line.
    ///
    /// # Panics
    /// Panics if it says nothing any more.
    #[track_caller]
    pub fn hear(&mut self) -> String {
        let mut line = String::new();
        let length = self.heard.read_line(&mut line).expect("it tells");
        assert!(length > 0, "it has ended");
        line.trim().to_owned()
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// Panics if it has ended.
    pub fn go_on(&mut self) {
        self.child.stdin.as_mut().expect("it listens").write_all(b"\n").expect("it listens");
    }

    /// Sends it a signal by this name.
    ///
    /// # Panics
    /// Panics if it has ended.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill can be run").success());
    }

    /// Waits until it ends well.
    ///
    /// # Panics
    /// Panics if it does not.
    #[track_caller]
    pub fn end(mut self) {
        assert!(self.child.wait().expect("it ends").success());
    }
}

/// What a process says until it ends well.
///
/// # Panics
/// Panics if it does not end well.
#[track_caller]
#[must_use]
pub fn said(child: Child) -> String {
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", output.status);
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
