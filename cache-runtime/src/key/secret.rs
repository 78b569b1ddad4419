//! The secret that keeps keys out of the reach of those who choose arguments.

use std::hash::{BuildHasher, RandomState};

use once_cell::sync::OnceCell;

/// 192 bytes is the length of xxh3's own secret; it takes the place of that.
const LENGTH: usize = 192;

/// What xxh3 is keyed with: one per function, drawn from one random state per process.
pub(crate) struct Secret([u8; LENGTH]);

impl Secret {
    /// The function's identity is mixed in here, once, so that it costs a call nothing.
    pub(crate) fn of(identity: &(&str, u128)) -> Self {
        static PROCESS: OnceCell<RandomState> = OnceCell::new();
        let process = PROCESS.get_or_init(RandomState::new);
        let mut bytes = [0; LENGTH];
        for (position, chunk) in bytes.chunks_exact_mut(8).enumerate() {
            // SipHash with a random key is a pseudorandom function, so each chunk is as good as drawn.
            chunk.copy_from_slice(&process.hash_one((identity, position)).to_le_bytes());
        }
        Self(bytes)
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}
