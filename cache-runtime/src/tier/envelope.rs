//! A value as it is stored: with all that has to be true of it before it may be served.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::contract::WriteToken;
use crate::key::Key;

/// Begins every envelope; the last byte is the version of the format.
const MAGIC: [u8; 8] = *b"CACHERT\x02";
/// As the codec wrote it.
const PLAIN: u8 = 1;
/// The same, compressed.
const COMPRESSED: u8 = 2;
/// What comes before the value.
pub(crate) const HEAD: usize = 8 + 1 + 16 + 16 + 16 + 8 + 8 + 8;
const CHECKSUM: usize = 8;

/// Never ends.
const NEVER: u64 = u64::MAX;

/// A value and what is known of it. Times are in milliseconds since 1970.
pub(crate) struct Envelope<'a> {
    pub(crate) key: Key,
    pub(crate) fingerprint: u128,
    /// With which it was put.
    pub(crate) token: WriteToken,
    pub(crate) stored_at: u64,
    pub(crate) expires_at: Option<u64>,
    pub(crate) value: Cow<'a, [u8]>,
}

impl<'a> Envelope<'a> {
    pub(crate) fn seal(&self) -> Vec<u8> {
        let Self { key, fingerprint, token, stored_at, expires_at, value } = self;
        let compressed = compression::compressed(value);
        let (codec, stored) = compressed.as_deref().map_or((PLAIN, &**value), |compressed| (COMPRESSED, compressed));
        let mut bytes = Vec::with_capacity(HEAD + stored.len() + CHECKSUM);
        bytes.extend(MAGIC);
        bytes.push(codec);
        bytes.extend(key.to_bytes());
        bytes.extend(fingerprint.to_le_bytes());
        bytes.extend(token.0.to_le_bytes());
        bytes.extend(stored_at.to_le_bytes());
        bytes.extend(expires_at.unwrap_or(NEVER).to_le_bytes());
        bytes.extend((value.len() as u64).to_le_bytes());
        bytes.extend(stored);
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// The sealed content; `None` if anything about it is not as it was.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        let (sealed, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        if xxh3_64(sealed) != u64::from_le_bytes(*checksum) {
            return None;
        }
        let (Head { codec, key, fingerprint, token, stored_at, expires_at, length }, rest) = Head::read(sealed)?;
        let length = usize::try_from(length).ok()?;
        let value = match codec {
            PLAIN => Cow::Borrowed(rest),
            COMPRESSED => Cow::Owned(compression::decompressed(rest, length)?),
            _ => return None,
        };
        (value.len() == length).then_some(Self { key, fingerprint, token, stored_at, expires_at, value })
    }
}

/// What stands before a value. By itself it proves nothing.
pub(crate) struct Head {
    codec: u8,
    pub(crate) key: Key,
    pub(crate) fingerprint: u128,
    pub(crate) token: WriteToken,
    pub(crate) stored_at: u64,
    pub(crate) expires_at: Option<u64>,
    length: u64,
}

impl Head {
    pub(crate) fn read(mut bytes: &[u8]) -> Option<(Self, &[u8])> {
        let rest = &mut bytes;
        if take::<8>(rest)? != MAGIC {
            return None;
        }
        let [codec] = take::<1>(rest)?;
        let head = Self {
            codec,
            key: Key::from_bytes(take(rest)?),
            fingerprint: u128::from_le_bytes(take(rest)?),
            token: WriteToken(u128::from_le_bytes(take(rest)?)),
            stored_at: u64::from_le_bytes(take(rest)?),
            expires_at: Some(u64::from_le_bytes(take(rest)?)).filter(|end| *end != NEVER),
            length: u64::from_le_bytes(take(rest)?),
        };
        Some((head, bytes))
    }
}

#[cfg(feature = "zstd")]
mod compression {
    /// Smaller values gain too little.
    const WORTH_WHILE: usize = 8 * 1024;
    const LEVEL: i32 = 1;
    /// No value becomes larger than this, whatever its envelope says.
    const LARGEST: usize = 1 << 30;

    /// The compressed bytes, if they are shorter by a tenth.
    pub(super) fn compressed(value: &[u8]) -> Option<Vec<u8>> {
        if !(WORTH_WHILE..LARGEST).contains(&value.len()) {
            return None;
        }
        let compressed = zstd::bulk::compress(value, LEVEL).ok()?;
        (compressed.len() <= value.len() / 10 * 9).then_some(compressed)
    }

    pub(super) fn decompressed(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
        if length > LARGEST {
            return None;
        }
        zstd::bulk::decompress(bytes, length).ok()
    }
}

#[cfg(not(feature = "zstd"))]
mod compression {
    pub(super) fn compressed(_value: &[u8]) -> Option<Vec<u8>> {
        None
    }

    /// Compressed values of a program with the feature cannot be read by one without.
    pub(super) fn decompressed(_bytes: &[u8], _length: usize) -> Option<Vec<u8>> {
        None
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
        let value = Cow::Borrowed(b"value".as_slice());
        Envelope { key: Key::new(7), fingerprint: 9, token: WriteToken(4), stored_at: 3, expires_at: Some(5), value }
            .seal()
    }

    #[test]
    fn what_was_sealed_is_opened_as_it_was() {
        let bytes = sealed();
        let opened = Envelope::open(&bytes).expect("nothing was changed");
        assert_eq!((opened.key, opened.fingerprint, opened.token), (Key::new(7), 9, WriteToken(4)));
        assert_eq!((opened.stored_at, opened.expires_at, &*opened.value), (3, Some(5), b"value".as_slice()));
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

    #[cfg(feature = "zstd")]
    #[test]
    fn what_gains_by_it_is_compressed_and_nothing_else() {
        let sealed = |value: &[u8]| {
            let envelope = Envelope {
                key: Key::new(7),
                fingerprint: 9,
                token: WriteToken(4),
                stored_at: 3,
                expires_at: None,
                value: Cow::Borrowed(value),
            };
            let bytes = envelope.seal();
            assert_eq!(Envelope::open(&bytes).expect("nothing was changed").value, value);
            bytes.len()
        };
        let overhead = HEAD + CHECKSUM;
        assert_eq!(sealed(&[0; 8_000]), 8_000 + overhead);
        assert!(sealed(&[0; 9_000]) < 1_000);
        // Hashes have nothing in common.
        let hashes: Vec<u8> = (0..2_500_u64).flat_map(|number| xxh3_64(&number.to_le_bytes()).to_le_bytes()).collect();
        assert_eq!(sealed(&hashes), hashes.len() + overhead);
    }

    #[cfg(feature = "zstd")]
    #[test]
    fn what_claims_to_be_larger_or_smaller_than_it_is_is_refused() {
        let compressed = zstd::bulk::compress(&[0; 9_000], 1).expect("it can be");
        assert_eq!(compression::decompressed(&compressed, 9_000).map(|value| value.len()), Some(9_000));
        assert!(compression::decompressed(&compressed, 8_999).is_none());
        assert!(compression::decompressed(&compressed, usize::MAX).is_none());
    }
}
