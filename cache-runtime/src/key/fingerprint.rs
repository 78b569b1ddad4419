//! The fingerprint of a function's source.

use std::env::consts::{ARCH, FAMILY, OS};
use std::fmt;

/// The part of the target that has no constant.
const fn environment() -> &'static str {
    if cfg!(target_env = "gnu") {
        "gnu"
    } else if cfg!(target_env = "musl") {
        "musl"
    } else if cfg!(target_env = "msvc") {
        "msvc"
    } else if cfg!(target_env = "sgx") {
        "sgx"
    } else {
        ""
    }
}

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

    /// Of the same source in this build: what it decides by `cfg`, and what it is made for.
    pub(crate) const fn in_build(self, decided: &[bool]) -> Self {
        let mut fingerprint = self.and(ARCH.as_bytes()).and(OS.as_bytes()).and(FAMILY.as_bytes());
        fingerprint = fingerprint.and(environment().as_bytes()).and(&size_of::<usize>().to_le_bytes());
        fingerprint = fingerprint.and(&[cfg!(target_endian = "big") as u8]);
        let mut place = 0;
        while place < decided.len() {
            fingerprint = fingerprint.and(&[decided[place] as u8]);
            place += 1;
        }
        fingerprint
    }

    /// FNV-1a from here on, with an end that no byte is: it can be computed where statics are made.
    const fn and(self, bytes: &[u8]) -> Self {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        let mut bits = self.0;
        let mut place = 0;
        while place < bytes.len() {
            bits = (bits ^ bytes[place] as u128).wrapping_mul(PRIME);
            place += 1;
        }
        Self((bits ^ 0x100).wrapping_mul(PRIME))
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
