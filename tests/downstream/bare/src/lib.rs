//! Expansions need nothing but `cache-runtime`, mind no lint, and no item of the crate they stand in.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, single_use_lifetimes, unused_qualifications, unused_lifetimes)]
#![deny(elided_lifetimes_in_paths, let_underscore_drop, unit_bindings, missing_debug_implementations)]
#![deny(clippy::pedantic, clippy::allow_attributes, clippy::unwrap_used, clippy::shadow_unrelated)]

pub mod crowded;
pub mod plain;
