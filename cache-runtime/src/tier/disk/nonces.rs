//! The file of nonces: random numbers, one for everything, one for each function, tag and slot of keys. A clear writes a
//! fresh one. What shares a place by chance is cleared too.
//!
//! Its head holds the secret of keys, so that who has the one has the other, whoever made the file.

use std::fs::File;
use std::io;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::names;
use super::system::{read_at, write_at};
use crate::key::Key;
use crate::tier::contract::{Place, SECRET, WriteToken};

/// The last byte is the version.
const MAGIC: [u8; 8] = *b"CACHENO\x02";
/// Magic, secret, checksum.
const SEALED: usize = 8 + SECRET + 8;
const NONCE: u64 = 8;

/// Where the nonce of everything stands, which no file has twice.
const FAMILY: u64 = SEALED as u64;
const FUNCTIONS: Table = Table { at: 4_096, bits: 15 };
const TAGS: Table = Table { at: FUNCTIONS.end(), bits: 13 };
const KEYS: Table = Table { at: TAGS.end(), bits: 19 };
/// Most of it is a hole: what was never cleared takes no room.
pub(super) const LENGTH: u64 = KEYS.end();

struct Table {
    at: u64,
    bits: u32,
}

impl Table {
    const fn end(&self) -> u64 {
        self.at + (NONCE << self.bits)
    }

    const fn place(&self, hash: u64) -> Nonce {
        Nonce(self.at + (hash >> (u64::BITS - self.bits)) * NONCE)
    }
}

/// Where a nonce stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Nonce(u64);

impl Nonce {
    pub(super) const ALL: Self = Self(FAMILY);

    /// By the hash of its name.
    pub(super) fn of_function(function: u64) -> Self {
        FUNCTIONS.place(function)
    }

    pub(super) fn of_tag(tag: &str) -> Self {
        TAGS.place(names::hash(tag))
    }

    pub(super) fn of_key(key: Key) -> Self {
        KEYS.place(key.halves()[0])
    }

    /// What values of every function can be cleared with.
    fn without_tags(function: u64, key: Key) -> [Self; 3] {
        [Self::ALL, Self::of_function(function), Self::of_key(key)]
    }

    /// All that a value can be cleared with.
    pub(super) fn of(place: &Place) -> impl Iterator<Item = Self> {
        let without_tags = Self::without_tags(names::hash(place.function), place.key);
        without_tags.into_iter().chain(place.tags.iter().map(|tag| Self::of_tag(tag)))
    }
}

/// A number that nobody had before.
pub(super) fn fresh() -> io::Result<[u8; 8]> {
    let mut nonce = [0; 8];
    while nonce == [0; 8] {
        getrandom::fill(&mut nonce)?;
    }
    Ok(nonce)
}

pub(super) fn fresh_secret() -> io::Result<[u8; SECRET]> {
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret)?;
    Ok(secret)
}

/// Makes a file that was just created one of nonces.
pub(super) fn write_new(file: &File, secret: &[u8; SECRET]) -> io::Result<()> {
    if LENGTH > super::system::longest_file() {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut head = [MAGIC.as_slice(), secret].concat();
    head.extend(xxh3_64(&head).to_le_bytes());
    head.extend(fresh()?);
    file.set_len(LENGTH)?;
    write_at(file, &head, 0)
}

/// An open file of nonces.
pub(super) struct Nonces {
    file: File,
    pub(super) secret: [u8; SECRET],
}

impl Nonces {
    /// The nonces in a file; `None` if it is damaged.
    pub(super) fn open(file: File, length: u64) -> io::Result<Option<Self>> {
        if length != LENGTH {
            return Ok(None);
        }
        let mut head = [0; SEALED + 8];
        read_at(&file, &mut head, 0)?;
        let (sealed, family) = head.split_at(SEALED);
        let (sealed, checksum) = sealed.split_at(SEALED - 8);
        let secret = sealed.strip_prefix(&MAGIC).and_then(|secret| secret.try_into().ok());
        let is_whole = xxh3_64(sealed).to_le_bytes() == *checksum && family != [0; 8];
        Ok(secret.filter(|_| is_whole).map(|secret| Self { file, secret }))
    }

    /// The token of this moment, with one nonce as it was just written.
    ///
    /// # Errors
    /// If it cannot be read, or is no file of nonces any more.
    pub(super) fn token(&self, place: &Place, written: Option<(Nonce, [u8; 8])>) -> io::Result<WriteToken> {
        let known = self.untagged(names::hash(place.function), place.key, written)?;
        let mut tags = 0;
        for tag in place.tags {
            tags = xxh3_64_with_seed(&self.read(Nonce::of_tag(tag), None)?, tags);
        }
        Ok(WriteToken(u128::from(known) << 64 | u128::from(tags)))
    }

    /// The part of a token that can be known of a value whose tags are not.
    pub(super) fn untagged(&self, function: u64, key: Key, written: Option<(Nonce, [u8; 8])>) -> io::Result<u64> {
        let mut nonces = [0; 24];
        for (nonce, bytes) in Nonce::without_tags(function, key).into_iter().zip(nonces.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&self.read(nonce, written)?);
        }
        if nonces[..8] == [0; 8] {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(xxh3_64(&nonces).max(1))
    }

    fn read(&self, nonce: Nonce, written: Option<(Nonce, [u8; 8])>) -> io::Result<[u8; 8]> {
        match written {
            Some((written, bytes)) if written == nonce => Ok(bytes),
            _ => {
                let mut bytes = [0; 8];
                read_at(&self.file, &mut bytes, nonce.0)?;
                Ok(bytes)
            }
        }
    }

    /// Clears what a nonce stands for; hands back the new one.
    pub(super) fn renew(&self, nonce: Nonce) -> io::Result<[u8; 8]> {
        let fresh = fresh()?;
        write_at(&self.file, &fresh, nonce.0)?;
        Ok(fresh)
    }
}
