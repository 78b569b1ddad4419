//! Gathers the parts of a key and hashes them, without touching the heap.

use std::hash::Hasher;

use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_secret};

use super::{Key, Secret};

/// xxh3 has its fast one-shot paths up to this length.
const SHORT: usize = 240;

/// Takes the parts of a key in order.
///
/// Up to 240 bytes are gathered on the stack and hashed in one shot, longer keys stream. The same bytes always take
/// the same way, so both ways need not agree.
pub struct KeyHasher<'a> {
    secret: &'a Secret,
    short: [u8; SHORT],
    len: usize,
    long: Option<Xxh3>,
}

impl<'a> KeyHasher<'a> {
    #[inline(always)]
    pub(crate) fn new(secret: &'a Secret) -> Self {
        Self { secret, short: [0; SHORT], len: 0, long: None }
    }

    pub(crate) fn finish_key(&self) -> Key {
        Key::new(self.digest())
    }

    /// The same for a key whose parts are all of fixed width: where the compiler sees how long it is, it leaves out
    /// what longer keys would need.
    #[inline(always)]
    pub(crate) fn finish_short_key(&self) -> Key {
        match self.long {
            None => Key::new(xxh3_128_with_secret(&self.short[..self.len], self.secret.bytes())),
            Some(_) => self.finish_key(),
        }
    }

    /// A part whose length is not fixed by its type: its length follows it, so that no two rows of parts read the
    /// same.
    #[inline]
    pub(crate) fn framed(&mut self, feed: impl FnOnce(&mut Self)) {
        let before = self.len;
        feed(self);
        let length = self.len - before;
        self.write(&length.to_le_bytes());
    }

    /// Hashes what stands apart from the row of parts: an element whose place does not matter.
    pub(super) fn apart(&self, feed: impl FnOnce(&mut Self)) -> u128 {
        let mut element = self.fresh();
        feed(&mut element);
        element.digest()
    }

    pub(super) fn fresh(&self) -> Self {
        Self::new(self.secret)
    }

    /// A concrete generic argument; lifetimes do not count.
    #[inline]
    pub fn generic<T: ?Sized>(&mut self) {
        std::hash::Hash::hash(&typeid::of::<T>(), self);
    }

    /// The concrete type behind an `impl Trait` argument.
    #[inline]
    pub fn generic_of<T: ?Sized>(&mut self, _value: &T) {
        self.generic::<T>();
    }

    #[inline(never)]
    pub(super) fn digest(&self) -> u128 {
        match &self.long {
            None => xxh3_128_with_secret(&self.short[..self.len], self.secret.bytes()),
            Some(long) => long.digest128(),
        }
    }

    #[cold]
    fn overflow(&mut self, bytes: &[u8]) {
        let mut long = Xxh3::with_secret(*self.secret.bytes());
        long.update(&self.short[..self.len]);
        long.update(bytes);
        self.long = Some(long);
    }
}

impl Hasher for KeyHasher<'_> {
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        match &mut self.long {
            None if end <= SHORT => self.short[self.len..end].copy_from_slice(bytes),
            None => self.overflow(bytes),
            Some(long) => long.update(bytes),
        }
        self.len = end;
    }

    fn finish(&self) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "half of the digest is what `Hasher` asks for")]
        let half = self.digest() as u64;
        half
    }
}
