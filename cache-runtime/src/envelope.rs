//! A value as it is stored: with all that has to be true of it before it may be served.

use xxhash_rust::xxh3::xxh3_64;

use crate::key::Key;

/// Begins every envelope; the last byte is the version of the format.
const MAGIC: [u8; 8] = *b"CACHERT\x01";
/// `MessagePack` with field names.
const CODEC: u8 = 1;
const HEAD: usize = 8 + 1 + 16 + 16 + 8 + 8 + 8;
const CHECKSUM: usize = 8;

/// Never ends.
const NEVER: u64 = u64::MAX;

/// A value and what is known of it. Times are in milliseconds since 1970.
pub(crate) struct Envelope<'a> {
    pub(crate) key: Key,
    pub(crate) fingerprint: u128,
    pub(crate) stored_at: u64,
    pub(crate) expires_at: Option<u64>,
    pub(crate) value: &'a [u8],
}

impl<'a> Envelope<'a> {
    pub(crate) fn seal(&self) -> Vec<u8> {
        let Self { key, fingerprint, stored_at, expires_at, value } = self;
        let mut bytes = Vec::with_capacity(HEAD + value.len() + CHECKSUM);
        bytes.extend(MAGIC);
        bytes.push(CODEC);
        bytes.extend(key.to_bytes());
        bytes.extend(fingerprint.to_le_bytes());
        bytes.extend(stored_at.to_le_bytes());
        bytes.extend(expires_at.unwrap_or(NEVER).to_le_bytes());
        bytes.extend((value.len() as u64).to_le_bytes());
        bytes.extend(*value);
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// What was sealed; `None` if anything about it is not as it was.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        let (sealed, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        if xxh3_64(sealed) != u64::from_le_bytes(*checksum) {
            return None;
        }
        let mut rest = sealed;
        let magic = take::<8>(&mut rest)?;
        let [codec] = take::<1>(&mut rest)?;
        if magic != MAGIC || codec != CODEC {
            return None;
        }
        let key = Key::from_bytes(take(&mut rest)?);
        let fingerprint = u128::from_le_bytes(take(&mut rest)?);
        let stored_at = u64::from_le_bytes(take(&mut rest)?);
        let expires_at = Some(u64::from_le_bytes(take(&mut rest)?)).filter(|end| *end != NEVER);
        let length = u64::from_le_bytes(take(&mut rest)?);
        (rest.len() as u64 == length).then_some(Self { key, fingerprint, stored_at, expires_at, value: rest })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    fn sealed() -> Vec<u8> {
        let value = b"value".as_slice();
        Envelope { key: Key::new(7), fingerprint: 9, stored_at: 3, expires_at: Some(5), value }.seal()
    }

    #[test]
    fn what_was_sealed_is_opened_as_it_was() {
        let bytes = sealed();
        let opened = Envelope::open(&bytes).expect("nothing was changed");
        assert_eq!((opened.key, opened.fingerprint), (Key::new(7), 9));
        assert_eq!((opened.stored_at, opened.expires_at, opened.value), (3, Some(5), b"value".as_slice()));
    }

    #[test]
    fn whatever_is_changed_or_cut_off_is_noticed() {
        let bytes = sealed();
        for length in 0..bytes.len() {
            assert!(Envelope::open(&bytes[..length]).is_none());
        }
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(Envelope::open(&changed).is_none());
        }
        assert!(Envelope::open(&[bytes, vec![0]].concat()).is_none());
    }
}
