//! Gathers the parts of a key and hashes them, without touching the heap.

use std::any::type_name;
use std::hash::Hasher;

use xxhash_rust::xxh3::xxh3_128_with_secret;

use super::bits::Key;
use super::buffer::Buffer;
use super::names::{around, is_lasting};
use super::secret::Secret;

/// xxh3 has its fast one-shot paths up to this length.
pub(crate) const SHORT: usize = 240;

/// Takes the parts of a key in order.
///
/// Up to 240 bytes are gathered on the stack and hashed in one shot. What is longer is hashed on its own, and its hash
/// stands for it; when the room is full, the hash of all that is in it takes its place. The same writes always take the
/// same way, and hashes of 128 bits under a secret are as good as what they stand for.
pub struct KeyHasher<'a> {
    secret: &'a Secret,
    gathered: Buffer<SHORT>,
    /// All bytes so far, for framing.
    len: usize,
}

impl<'a> KeyHasher<'a> {
    #[inline(always)]
    pub(crate) fn new(secret: &'a Secret) -> Self {
        Self { secret, gathered: Buffer::new(), len: 0 }
    }

    pub(crate) fn finish_key(&self) -> Key {
        Key::new(self.digest())
    }

    /// The same for a key whose parts are all of fixed width: where the compiler sees how long it is, it leaves out
    /// what longer keys would need.
    #[inline(always)]
    pub(crate) fn finish_short_key(&self) -> Key {
        Key::new(xxh3_128_with_secret(self.gathered.bytes(), self.secret.bytes()))
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

    /// [`generic`](Self::generic) for what is persisted: by its name, for what else tells types apart may depend on the
    /// place in the source. What has no lasting name is not persisted, so that in memory it is told apart all the same.
    pub fn named<T: ?Sized>(&mut self) {
        self.name::<T>(type_name::<T>());
    }

    fn name<T: ?Sized>(&mut self, name: &str) {
        self.framed(|key| key.write(name.as_bytes()));
        if !is_lasting(name) {
            self.generic::<T>();
        }
    }

    /// All that tells this instance of a persistent function apart: what stands in the name of a closure in it.
    pub fn instance_of<F>(&mut self, _closure: &F) {
        self.name::<F>(around::<F>());
    }

    /// [`generic_of`](Self::generic_of) for what is persisted.
    pub fn named_of<T: ?Sized>(&mut self, _value: &T) {
        self.named::<T>();
    }

    #[inline(never)]
    pub(super) fn digest(&self) -> u128 {
        xxh3_128_with_secret(self.gathered.bytes(), self.secret.bytes())
    }

    #[cold]
    fn make_room_for(&mut self, bytes: &[u8]) {
        if bytes.len() > SHORT / 2 {
            let stands_for_it = xxh3_128_with_secret(bytes, self.secret.bytes()).to_le_bytes();
            if !self.gathered.push(&stands_for_it) {
                self.make_room_for(&stands_for_it);
            }
            return;
        }
        let so_far = self.digest().to_le_bytes();
        self.gathered = Buffer::new();
        // Both are at most half as long as the room.
        self.gathered.push(&so_far);
        self.gathered.push(bytes);
    }
}

impl Hasher for KeyHasher<'_> {
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        if !self.gathered.push(bytes) {
            self.make_room_for(bytes);
        }
    }

    fn finish(&self) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "half of the digest is what `Hasher` asks for")]
        let half = self.digest() as u64;
        half
    }
}
