//! Settings of the process.

#[cfg(feature = "disk")]
use std::env;
#[cfg(feature = "disk")]
use std::path::PathBuf;

use once_cell::sync::OnceCell;

#[cfg(feature = "disk")]
use crate::sys::byte_size::ByteSize;
use crate::sys::mode::Mode;
#[cfg(feature = "disk")]
use crate::tier::default_folder::{absolute, default_folder};

/// Settings for the whole process, made before the first use with [`configure`].
///
/// ```
/// use cache_runtime::Config;
///
/// let config = Config::new().off();
/// # drop(config);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    #[cfg(feature = "disk")]
    dir: Option<PathBuf>,
    #[cfg(feature = "disk")]
    max_size: Option<u64>,
    is_off: bool,
}

/// What is kept on disk together, if nothing is said: 2 GiB.
#[cfg(feature = "disk")]
const MAX_SIZE: u64 = 2 << 30;

impl Config {
    /// Everything as it is without.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The folder of what is persisted. It is made if it is not there, for its owner alone, and may be shared by any
    /// number of processes on one machine. By default it is `CACHE_RUNTIME_DIR`, or if that is not set a folder with
    /// the name of the running program in the platform's folder for caches; in tests, doctests, benches and examples that
    /// cargo runs, one in the folder for temporary files: what they keep is nothing for the program.
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
    #[cfg(feature = "disk")]
    #[must_use]
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(absolute(dir.into()));
        self
    }

    /// The whole process runs uncached: every call runs its body, and counts as bypassed. So does `CACHE_RUNTIME=off`
    /// where that is set from outside.
    ///
    /// ```
    /// use cache_runtime::{Config, cache_data, configure};
    ///
    /// #[cache_data]
    /// fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// configure(Config::new().off()).unwrap();
    /// assert_eq!(answer() + answer(), 84);
    /// assert_eq!((ANSWER.len(), ANSWER.stats().bypassed), (0, 2));
    /// ```
    #[must_use]
    pub fn off(mut self) -> Self {
        self.is_off = true;
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
    #[cfg(feature = "disk")]
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
#[cfg(feature = "disk")]
#[derive(Clone)]
pub(crate) struct Settings {
    /// `None` if there is no place for one.
    pub(crate) dir: Option<PathBuf>,
    pub(crate) max_size: u64,
}

static CONFIG: OnceCell<Config> = OnceCell::new();

/// Settles what is to hold for the whole process.
///
/// # Errors
/// Hands the configuration back if it comes too late: one was set before, a persistent function was called, or for
/// [`off`](Config::off) any.
///
/// ```
/// use cache_runtime::{Config, configure};
///
/// assert!(configure(Config::new().off()).is_ok());
/// assert!(configure(Config::new()).is_err());
/// ```
pub fn configure(config: Config) -> Result<(), Config> {
    let is_off = config.is_off;
    if is_off && CONFIG.get().is_none() && Mode::Off.set().is_err() {
        return Err(config);
    }
    CONFIG.set(config)
}

/// From now on it is settled.
#[cfg(feature = "disk")]
pub(crate) fn settled() -> Settings {
    let Config { dir, max_size, .. } = CONFIG.get_or_init(Config::new).clone();
    let variable = || env::var_os("CACHE_RUNTIME_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let dir = dir.or_else(variable).or_else(default_folder).map(absolute);
    Settings { dir, max_size: max_size.unwrap_or(MAX_SIZE) }
}
