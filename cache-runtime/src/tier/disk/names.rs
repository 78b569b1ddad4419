//! The name of a value's file: computed from its function and its key, never read from anywhere.

use std::str;

use xxhash_rust::xxh3::xxh3_64;

use crate::key::Key;

/// The folder of a function's values.
const FUNCTION: usize = 16;
/// A folder of so many files as have their first letters in common.
const SHARD: usize = 1;
const FILE: usize = 32;
const LENGTH: usize = FUNCTION + 1 + SHARD + 1 + FILE;

/// The folders of a file, and its own name.
pub(super) struct Names([u8; LENGTH]);

impl Names {
    pub(super) fn new(function: &str, key: Key) -> Self {
        let mut path = [b'/'; LENGTH];
        hex(&mut path[..FUNCTION], u128::from(hash(function)));
        hex(&mut path[LENGTH - FILE..], key.bits());
        path[FUNCTION + 1] = path[LENGTH - FILE];
        Self(path)
    }

    pub(super) fn path(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn function(&self) -> &str {
        &self.path()[..FUNCTION]
    }

    pub(super) fn shard(&self) -> &str {
        &self.path()[FUNCTION + 1..][..SHARD]
    }

    pub(super) fn file(&self) -> &str {
        &self.path()[LENGTH - FILE..]
    }
}

/// The number that stands for a function or a tag.
pub(super) fn hash(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

/// The name of a function's folder as a number, if it is one.
pub(super) fn function_of(folder: &str) -> Option<u64> {
    (folder.len() == FUNCTION).then(|| u64::from_str_radix(folder, 16).ok()).flatten()
}

/// The key that a file is named after.
pub(super) fn key_of(file: &str) -> Option<Key> {
    (file.len() == FILE).then(|| u128::from_str_radix(file, 16).ok().map(Key::new)).flatten()
}

fn hex(to: &mut [u8], mut number: u128) {
    for place in to.iter_mut().rev() {
        *place = b"0123456789abcdef"[usize::from(number.to_le_bytes()[0] & 15)];
        number >>= 4;
    }
}
