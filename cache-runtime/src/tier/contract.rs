//! The contract of a tier: a place for bytes that others share, and that may fail at any time.

use std::time::Duration;

use crate::key::Key;

/// A tier below memory. Nothing here reports an error: what does not work is not there, and nothing here waits for
/// another process.
pub(crate) trait Tier: Send + Sync {
    /// The secret of keys, the same for all who share the tier.
    fn secret(&self) -> [u8; SECRET];

    /// The bytes of a call, unless nobody asked for them for so long, and the token of this moment. They are to be used
    /// only if they were put with that token.
    fn get(&self, place: &Place, time_to_idle: Option<Duration>) -> (Option<Vec<u8>>, WriteToken);

    /// Strikes out what is there for a call, and the tokens that others have for it; gives the token to put by.
    fn renew(&self, place: &Place) -> WriteToken;

    /// Keeps bytes, in which the token is, unless something of theirs was cleared since it was handed out.
    fn put(&self, place: &Place, terms: Terms, bytes: &[u8], token: WriteToken);

    /// The same when there is time for it, by another thread.
    fn put_later(&'static self, place: &Place, terms: Terms, bytes: Vec<u8>, token: WriteToken);

    /// How many bytes are too many to be put.
    fn longest(&self) -> u64;

    /// Forgets one call.
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

/// Stands for the clears so far of all that a value can be cleared with. Equal tokens: nothing was cleared in between.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct WriteToken(pub(crate) u128);

impl WriteToken {
    /// Of a tier that could not be asked: nothing is put there.
    pub(crate) const NONE: Self = Self(0);

    /// Of a value whose tags are not known here.
    pub(crate) const fn untagged(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

/// One call of one function.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) function: &'static str,
    pub(crate) tags: &'static [&'static str],
    pub(crate) key: Key,
}

/// How long bytes are wanted, and how many of a function.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) fingerprint: u128,
    pub(crate) time_to_idle: Option<Duration>,
    pub(crate) max_entries: Option<u64>,
}
