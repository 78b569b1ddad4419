pub(crate) mod counts;
pub(crate) mod flags;
pub(crate) mod table;
pub(crate) mod this;
