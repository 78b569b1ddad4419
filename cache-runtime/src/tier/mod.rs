pub(crate) mod config;
pub(crate) mod contract;
pub(crate) mod disk;
pub(crate) mod envelope;
pub(crate) mod format;
pub(crate) mod persistence;
pub(crate) mod wall_clock;
