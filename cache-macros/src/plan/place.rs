//! Where a handle stands.

/// Where the handle stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Beside the function, a static.
    Module,
    /// Beside the method, an associated constant.
    Impl,
    /// Nowhere: what it would hold stands in the body.
    Body,
}
