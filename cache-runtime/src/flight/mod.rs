pub(crate) mod deadlock;
pub(crate) mod waiting;
