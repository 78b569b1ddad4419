//! The secret that keeps keys out of the reach of those who choose arguments.

use std::hash::{BuildHasher, RandomState};

use once_cell::sync::OnceCell;
#[cfg(feature = "disk")]
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// 192 bytes is the length of xxh3's own secret; it takes the place of that.
const LENGTH: usize = 192;

/// The key of xxh3: one per function, drawn from one random state per process.
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

    /// One that all have who have the same seed. The identity is mixed in here too.
    #[cfg(feature = "disk")]
    pub(crate) fn shared(seed: &[u8], (name, fingerprint): &(&str, u128)) -> Self {
        let identity = [name.as_bytes(), &fingerprint.to_le_bytes(), seed].concat();
        let mut bytes = [0; LENGTH];
        for (position, chunk) in bytes.chunks_exact_mut(16).enumerate() {
            // A hash of what nobody knows who does not have the seed.
            chunk.copy_from_slice(&xxh3_128_with_seed(&identity, position as u64).to_le_bytes());
        }
        Self(bytes)
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}
