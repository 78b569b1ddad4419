//! How a parameter is fed into a key: the first way that fits its type.
//!
//! The ways are tried by method lookup: [`Part`] holds `feed_into_cache_key` for types of fixed width and dereferences
//! to the next way, which holds it for maps and sets, and so on to `Hash`, `Serialize` and the error. So the way is
//! chosen when the user's crate is compiled, also where only a bound (`T: Hash`) is known.

use std::hash::Hash;
use std::ops::Deref;

use serde::Serialize;

use super::floats::canonical;
use super::hasher::KeyHasher;
use super::serialize::Feeder;
use super::unordered::Unordered;

/// A parameter on its way into a key.
#[inline]
pub fn part<T: ?Sized>(value: &T) -> Part<'_, T> {
    Part(AsUnordered(AsHash(AsSerialize(Unfit(value)))))
}

/// The stand-in in a key for a parameter with `#[cache(by = …)]` or one of a type named in `hash_funcs(…)`.
#[inline]
pub fn by<'a, T: ?Sized, R>(value: &'a T, stand_in: impl FnOnce(&'a T) -> R) -> R {
    stand_in(value)
}

/// Feeds a parameter with `#[cache(serde)]`, or of a type named in `hash_funcs(Type = serde)`.
///
/// # Panics
/// Panics if the type's `Serialize` reports an error.
#[inline]
pub fn serialized<T: Serialize + ?Sized>(value: &T, key: &mut KeyHasher<'_>) {
    AsSerialize(Unfit(value)).feed_into_cache_key(key);
}

/// First way: types whose width says all about their framing.
pub struct Part<'a, T: ?Sized>(AsUnordered<'a, T>);
/// Second way: maps and sets of the standard library, whose iteration order must not count, and rows of floats.
pub struct AsUnordered<'a, T: ?Sized>(AsHash<'a, T>);
/// Third way: `std::hash::Hash`.
pub struct AsHash<'a, T: ?Sized>(AsSerialize<'a, T>);
/// Fourth way: `serde::Serialize`.
pub struct AsSerialize<'a, T: ?Sized>(Unfit<'a, T>);
/// No way: the error that names the ways out.
pub struct Unfit<'a, T: ?Sized>(&'a T);

impl<T: Plain + ?Sized> Part<'_, T> {
    /// Feeds the parameter.
    #[inline]
    pub fn feed_into_cache_key(&self, key: &mut KeyHasher<'_>) {
        self.0.0.0.0.0.feed(key);
    }
}

impl<T: Unordered + ?Sized> AsUnordered<'_, T> {
    /// Feeds the parameter.
    #[inline]
    pub fn feed_into_cache_key(&self, key: &mut KeyHasher<'_>) {
        self.0.0.0.0.feed(key);
    }
}

impl<T: Hash + ?Sized> AsHash<'_, T> {
    /// Feeds the parameter.
    #[inline]
    pub fn feed_into_cache_key(&self, key: &mut KeyHasher<'_>) {
        key.framed(|key| self.0.0.0.hash(key));
    }
}

impl<T: Serialize + ?Sized> AsSerialize<'_, T> {
    /// Feeds the parameter.
    ///
    /// # Panics
    /// Panics if the type's `Serialize` reports an error: without a key there is no telling which entry is meant.
    #[inline]
    pub fn feed_into_cache_key(&self, key: &mut KeyHasher<'_>) {
        key.framed(|key| Feeder::feed(key, self.0.0));
    }
}

impl<T: ?Sized> Unfit<'_, T> {
    /// Does not compile: no type is a [`KeyPart`] of its own.
    pub fn feed_into_cache_key(&self, key: &mut KeyHasher<'_>)
    where
        T: KeyPart,
    {
        self.0.feed(key);
    }
}

impl<'a, T: ?Sized> Deref for Part<'a, T> {
    type Target = AsUnordered<'a, T>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T: ?Sized> Deref for AsUnordered<'a, T> {
    type Target = AsHash<'a, T>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T: ?Sized> Deref for AsHash<'a, T> {
    type Target = AsSerialize<'a, T>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T: ?Sized> Deref for AsSerialize<'a, T> {
    type Target = Unfit<'a, T>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Stands for "has a way into a key" in the message of the compiler; see [`Unfit`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "this part of the key is neither `Hash` nor `serde::Serialize`",
    note = "to make it part of the key: for a type of your own, derive `Hash` (or `serde::Serialize`); for a type parameter, add the bound",
    note = "for a type of another crate: switch on that crate's feature `serde` or `hash`, if it has one, or wrap it in a type of your own that is `Hash`",
    note = "to say what stands for it, mark the parameter `#[cache(by = |value| …)]` or add `hash_funcs(Type = |value| …)`",
    note = "to leave it out of the key, begin its name with an underscore, mark it `#[cache(skip)]` or name it in `skip(…)`"
)]
pub trait KeyPart {
    /// Feeds the parameter.
    fn feed(&self, key: &mut KeyHasher<'_>);
}

/// Types of one fixed width, fed as they are.
pub trait Plain {
    /// Feeds the value.
    fn feed(&self, key: &mut KeyHasher<'_>);
}

impl<T: Plain + ?Sized> Plain for &T {
    #[inline]
    fn feed(&self, key: &mut KeyHasher<'_>) {
        (**self).feed(key);
    }
}

macro_rules! plain_by_hash {
    ($($type:ty),*) => {$(
        impl Plain for $type {
            #[inline]
            fn feed(&self, key: &mut KeyHasher<'_>) {
                self.hash(key);
            }
        }
    )*};
}

plain_by_hash! { bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, () }

impl Plain for f64 {
    #[inline]
    fn feed(&self, key: &mut KeyHasher<'_>) {
        canonical(*self).hash(key);
    }
}

impl Plain for f32 {
    #[inline]
    fn feed(&self, key: &mut KeyHasher<'_>) {
        canonical(f64::from(*self)).hash(key);
    }
}
