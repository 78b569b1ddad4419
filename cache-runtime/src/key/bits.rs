//! A key: 128 bits that stand for one call of one function.

use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// The key of one call: a 128-bit xxh3 over the function, its generic arguments and the parameters that are part of
/// the key.
///
/// A key is made by the key function of a handle (the second type parameter of [`CachedFn`](crate::CachedFn)); it
/// holds for this process only, because a secret drawn once per process is mixed in. That secret is why nobody who
/// chooses arguments can aim for a collision.
///
/// ```
/// use cache_runtime::{CachedFn, Key, cache_data};
///
/// #[cache_data]
/// fn area(width: u32, height: u32) -> u32 {
///     width * height
/// }
///
/// let handle: &CachedFn<u32, fn(u32, u32) -> Key> = &AREA;
/// assert_eq!(area(2, 3), 6);
/// assert!(handle.entry(2, 3).contains());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u128);

impl Key {
    pub(crate) const fn new(bits: u128) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u128 {
        self.0
    }

    /// In two words, the last one first.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "into halves")]
    pub(crate) const fn halves(self) -> [u64; 2] {
        [self.0 as u64, (self.0 >> 64) as u64]
    }

    pub(crate) const fn of_halves([low, high]: [u64; 2]) -> Self {
        Self((high as u128) << 64 | low as u128)
    }

    #[cfg(feature = "disk")]
    pub(crate) const fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    #[cfg(feature = "disk")]
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }

    /// A place in a table of so many.
    #[inline]
    pub(crate) fn place_among(self, places: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "any part of a key is as good as the whole for a table")]
        let part = (self.0 >> 64) as usize;
        part % places
    }

    /// One of `2^bits` shards. Only the first bits count, which are the last for [`place_among`](Self::place_among).
    #[inline]
    pub(crate) const fn shard(self, bits: u32) -> usize {
        (self.0 >> (u128::BITS - bits)) as usize
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:032x})", self.0)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        #[expect(clippy::cast_possible_truncation, reason = "every half of a key is as good as the whole for a table")]
        state.write_u64(self.0 as u64);
    }
}

/// The two keys of a call.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    /// Made of the arguments alone.
    pub(crate) base: Key,
    /// Made of what the body is known to read, too: that of the entry.
    pub(crate) full: Key,
}

/// A key is a hash already: tables take it as it is.
#[derive(Default)]
pub(crate) struct AlreadyHashed(u64);

pub(crate) type BuildAlreadyHashed = BuildHasherDefault<AlreadyHashed>;

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }
}
