pub(crate) mod config;
#[cfg(feature = "disk")]
pub(crate) mod contract;
#[cfg(feature = "disk")]
mod default_folder;
#[cfg(feature = "disk")]
pub(crate) mod disk;
#[cfg(feature = "disk")]
pub(crate) mod envelope;
#[cfg(feature = "disk")]
pub(crate) mod format;
#[cfg(feature = "disk")]
pub(crate) mod persistence;
#[cfg(feature = "disk")]
pub(crate) mod wall_clock;
