//! Where things are kept on disk.

use std::env;
use std::path::PathBuf;

use directories::BaseDirs;
use once_cell::sync::OnceCell;

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
}

impl Config {
    /// Everything as it is without.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The folder of what is persisted. It is made if it is not there, for its owner alone, and may be shared by any
    /// number of processes on one machine. By default it is `CACHE_RUNTIME_DIR`, or if that is not set a folder with
    /// the name of the running program in the platform's folder for caches.
    ///
    /// ```
    /// use cache_runtime::{Config, configure};
    ///
    /// let dir = std::env::temp_dir().join("cache-of-this-doctest");
    /// configure(Config::new().dir(dir)).unwrap();
    /// ```
    #[must_use]
    pub fn dir(self, dir: impl Into<PathBuf>) -> Self {
        Self { dir: Some(dir.into()) }
    }
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

/// The folder; `None` if there is no place for one. From now on it is settled.
pub(crate) fn dir() -> Option<PathBuf> {
    let configured = CONFIG.get_or_init(Config::new).dir.clone();
    let variable = || env::var_os("CACHE_RUNTIME_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    configured.or_else(variable).or_else(|| {
        let program = env::current_exe().ok()?;
        Some(BaseDirs::new()?.cache_dir().join(program.file_stem()?))
    })
}
