//! The fingerprint of a function's source.

use std::fmt;

/// A hash of a function's own tokens: its signature, its body and the options that change what is computed.
///
/// Comments, doc comments and white space do not count. Shown as 32 hexadecimal digits.
///
/// ```
/// use cache_runtime::cache_data;
///
/// #[cache_data]
/// fn double(x: u32) -> u32 {
///     x * 2 // this remark is not part of the fingerprint
/// }
///
/// assert_eq!(DOUBLE.fingerprint().to_string().len(), 32);
/// assert_eq!(DOUBLE.fingerprint(), DOUBLE.fingerprint());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u128);

impl Fingerprint {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u128 {
        self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
