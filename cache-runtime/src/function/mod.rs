pub(crate) mod annotated;
pub(crate) mod codec;
pub(crate) mod family;
pub(crate) mod handle;
pub(crate) mod hooks;
pub(crate) mod info;
pub(crate) mod input;
pub(crate) mod kind;
pub(crate) mod name;
#[cfg(feature = "disk")]
mod persisting;
pub(crate) mod registry;
pub(crate) mod scope;
pub(crate) mod session;
pub(crate) mod stores;
