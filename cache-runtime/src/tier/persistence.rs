//! What users see of the disk.

use std::fmt;
use std::path::Path;

use crate::tier::disk::DISK;

/// The disk of this process: see [`persistence`].
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Persistence;

/// Tells where values are kept that persist, whether that works, and how large it is.
///
/// Calls never fail because of the disk; this is for who wants to know why nothing is found there. The folder is settled
/// by it, as by the first call of a persistent function.
///
/// ```
/// use cache_runtime::{Config, configure, persistence};
///
/// let dir = std::env::temp_dir().join(format!("cache-of-this-doctest-{}", std::process::id()));
/// configure(Config::new().dir(&dir)).unwrap();
/// assert_eq!(persistence().folder(), Some(&*dir));
/// assert_eq!(persistence().problem(), None);
/// # std::fs::remove_dir_all(dir).unwrap();
/// ```
#[must_use]
pub fn persistence() -> Persistence {
    Persistence
}

impl Persistence {
    /// The folder; `None` if there is no place for one.
    ///
    /// ```
    /// if let Some(folder) = cache_runtime::persistence().folder() {
    ///     println!("kept in {}", folder.display());
    /// }
    /// ```
    #[must_use]
    pub fn folder(&self) -> Option<&'static Path> {
        DISK.dir()
    }

    /// Does it work? If the folder is not there yet, it is made.
    ///
    /// ```
    /// # use cache_runtime::{Config, configure};
    /// # let dir = std::env::temp_dir().join(format!("cache-of-this-doctest-{}", std::process::id()));
    /// # configure(Config::new().dir(&dir)).unwrap();
    /// assert!(cache_runtime::persistence().works());
    /// # std::fs::remove_dir_all(dir).unwrap();
    /// ```
    #[must_use]
    pub fn works(&self) -> bool {
        self.problem().is_none()
    }

    /// Why it does not work, if so, for people to read. If the folder is not there yet, it is made.
    ///
    /// ```
    /// # use cache_runtime::{Config, configure};
    /// # let dir = std::env::temp_dir().join(format!("cache-of-this-doctest-{}", std::process::id()));
    /// # configure(Config::new().dir(&dir)).unwrap();
    /// if let Some(problem) = cache_runtime::persistence().problem() {
    ///     eprintln!("nothing is persisted: {problem}");
    /// }
    /// # std::fs::remove_dir_all(dir).unwrap();
    /// ```
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        DISK.problem()
    }

    /// What all of it takes of the disk, in bytes. Every file is looked at for that.
    ///
    /// ```
    /// # use cache_runtime::{Config, configure};
    /// # let dir = std::env::temp_dir().join(format!("cache-of-this-doctest-{}", std::process::id()));
    /// # configure(Config::new().dir(&dir)).unwrap();
    /// println!("{} bytes", cache_runtime::persistence().size());
    /// ```
    #[must_use]
    pub fn size(&self) -> u64 {
        DISK.size()
    }

    /// Waits until all is on disk that was handed to the background (large values of async functions), and until
    /// functions have no more there than their `max_entries`, as far as this process has added to them. A process that
    /// ends at once may lose the former.
    ///
    /// ```
    /// cache_runtime::persistence().flush();
    /// ```
    pub fn flush(&self) {
        DISK.flush();
    }
}

impl fmt::Debug for Persistence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Persistence").field("folder", &self.folder()).field("problem", &self.problem()).finish()
    }
}
