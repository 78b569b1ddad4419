pub(crate) mod flags;
pub(crate) mod hits;
pub(crate) mod table;
pub(crate) mod this;
