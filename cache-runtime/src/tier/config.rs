//! Where things are kept on disk.

use std::env;
use std::path::{self, Path, PathBuf};

use directories::BaseDirs;
use once_cell::sync::OnceCell;

use crate::sys::byte_size::ByteSize;

/// Settings for the whole process, made before the first use with [`configure`].
///
/// ```
/// use cache_runtime::Config;
///
/// let config = Config::new().dir("/var/cache/reports");
/// # drop(config);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    dir: Option<PathBuf>,
    max_size: Option<u64>,
}

/// What is kept on disk together, if nothing is said: 2 GiB.
const MAX_SIZE: u64 = 2 << 30;

impl Config {
    /// Everything as it is without.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The folder of what is persisted. It is made if it is not there, for its owner alone, and may be shared by any
    /// number of processes on one machine. By default it is `CACHE_RUNTIME_DIR`, or if that is not set a folder with
    /// the name of the running program in the platform's folder for caches; in tests and doctests that cargo runs, one in
    /// the folder for temporary files.
    ///
    /// A relative path is made absolute here. The folder must belong to the user and be writable for nobody else, and
    /// must not be a link, or nothing is persisted and a warning says so.
    ///
    /// ```
    /// use cache_runtime::{Config, configure};
    ///
    /// let dir = std::env::temp_dir().join("cache-of-this-doctest");
    /// configure(Config::new().dir(dir)).unwrap();
    /// ```
    #[must_use]
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(absolute(dir.into()));
        self
    }

    /// What all functions may keep on disk together: `"500MB"`, or a number of bytes; 2 GiB if nothing is said.
    ///
    /// It is what the files take of the disk, so that a small value counts as a block. A thread in the background makes
    /// room a little at a time: first goes what is past its end, was cleared, or belongs to code that has changed since,
    /// then what was not used for longest. Up to a tenth more may be there meanwhile. A value larger than a quarter of it
    /// is not kept.
    ///
    /// # Panics
    /// Panics if the size is zero, or if it is none, and says why.
    ///
    /// ```
    /// use cache_runtime::Config;
    ///
    /// let config = Config::new().dir("/var/cache/reports").max_size("500MB");
    /// # drop(config);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn max_size(mut self, size: impl ByteSize) -> Self {
        self.max_size = match size.size_in_bytes() {
            Ok(0) => panic!("`max_size`: a bound of zero would keep nothing"),
            Ok(max) => Some(max),
            Err(what) => panic!("`max_size`: {what}"),
        };
        self
    }
}

/// The settings of the process.
#[derive(Clone)]
pub(crate) struct Settings {
    /// `None` if there is no place for one.
    pub(crate) dir: Option<PathBuf>,
    pub(crate) max_size: u64,
}

static CONFIG: OnceCell<Config> = OnceCell::new();

/// Sets where things are kept, for the whole process.
///
/// # Errors
/// Hands the configuration back if it comes too late: one was set before, or a persistent function was called.
///
/// ```
/// use cache_runtime::{Config, configure};
///
/// assert!(configure(Config::new().dir(std::env::temp_dir().join("cache-of-this-doctest"))).is_ok());
/// assert!(configure(Config::new()).is_err());
/// ```
pub fn configure(config: Config) -> Result<(), Config> {
    CONFIG.set(config)
}

/// From now on it is settled.
pub(crate) fn settled() -> Settings {
    let Config { dir, max_size } = CONFIG.get_or_init(Config::new).clone();
    let variable = || env::var_os("CACHE_RUNTIME_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let dir = dir.or_else(variable).or_else(default_dir).map(absolute);
    Settings { dir, max_size: max_size.unwrap_or(MAX_SIZE) }
}

fn default_dir() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let name = program.file_stem()?;
    if is_test(&program) {
        return Some(env::temp_dir().join("cache-runtime-tests").join(name));
    }
    Some(BaseDirs::new()?.cache_dir().join(name))
}

/// Cargo puts tests where nothing lies that is meant to be started by hand, and rustdoc into a folder of its own.
fn is_test(program: &Path) -> bool {
    let folder = program.parent().and_then(Path::file_name).unwrap_or_default();
    folder == "deps" || folder.to_string_lossy().starts_with("rustdoctest")
}

/// Whatever the process makes its working folder later.
fn absolute(dir: PathBuf) -> PathBuf {
    path::absolute(&dir).unwrap_or(dir)
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_relative_folder_is_where_it_was_when_it_was_named() {
        let here = env::current_dir().expect("there is one");
        assert_eq!(Config::new().dir("reports").dir, Some(here.join("reports")));
        assert_eq!(Config::new().dir("/reports").dir, Some(PathBuf::from("/reports")));
    }

    #[test]
    fn a_test_has_a_folder_apart_from_that_of_the_program() {
        assert!(is_test(Path::new("/home/me/reports/target/debug/deps/reports-0123456789abcdef")));
        assert!(is_test(Path::new("/tmp/rustdoctestX1y2Z3/rust_out")));
        assert!(!is_test(Path::new("/home/me/reports/target/debug/reports")));
        assert!(!is_test(Path::new("/usr/bin/reports")));
        let dir = default_dir().expect("this is one");
        assert!(dir.starts_with(env::temp_dir()), "{}", dir.display());
    }
}
