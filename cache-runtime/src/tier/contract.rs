//! The contract of a tier: a place for bytes that others share, and that may fail at any time.

use crate::key::Key;

/// A tier below memory. Nothing here reports an error: what does not work is not there.
pub(crate) trait Tier: Send + Sync {
    /// The secret of keys, the same for all who share the tier.
    fn secret(&self) -> [u8; SECRET];

    /// The bytes of a key, and a token for a later [`put`](Self::put).
    fn get(&self, function: &str, key: Key) -> (Option<Vec<u8>>, WriteToken);

    /// Keeps bytes, unless something was cleared since this token was handed out.
    fn put(&self, metadata: &Metadata<'_>, bytes: &[u8], token: WriteToken);

    /// Forgets one key.
    fn clear_key(&self, function: &str, key: Key);

    /// Forgets what is kept for a function, in whatever version of its source.
    fn clear_function(&self, function: &str);

    /// Forgets what is kept for functions with this tag.
    fn clear_tag(&self, tag: &str);

    /// Forgets everything.
    fn clear(&self);
}

/// The length of a secret in bytes.
pub(crate) const SECRET: usize = 32;

/// Stands for the clears so far: bytes that were made before a later one must not be put.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct WriteToken(pub(crate) i64);

impl WriteToken {
    /// Of a tier that could not be asked: nothing is put there.
    pub(crate) const NONE: Self = Self(i64::MIN);
}

/// The metadata of bytes.
#[derive(Clone, Copy)]
pub(crate) struct Metadata<'a> {
    pub(crate) function: &'a str,
    pub(crate) tags: &'a [&'a str],
    pub(crate) key: Key,
    /// In milliseconds since 1970.
    pub(crate) expires_at: Option<u64>,
    pub(crate) max_entries: Option<u64>,
}
