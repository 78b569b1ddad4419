//! The attribute on a function, told by a value.

/// Which attribute stands on a function.
///
/// ```
/// use std::sync::Arc;
///
/// use cache_runtime::{CACHE_RESOURCE, Kind, cache_resource};
///
/// #[cache_resource]
/// fn table() -> Arc<[u32; 3]> {
///     Arc::new([1, 2, 3])
/// }
///
/// table();
/// assert_eq!(CACHE_RESOURCE.functions()[0].kind, Kind::Resource);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `#[cache_data]`
    Data,
    /// `#[cache_resource]`
    Resource,
}
