//! The weights of values, where `max_bytes` stands without a `weigh`.
//!
//! Found by method lookup, as the way of a parameter into a key is: first what owns text and bytes and is made of that,
//! then what shows its bytes, then the error. So nothing is asked of the types of users.
//!
//! A weight is the size of the value and of what it owns on the heap, by length: what is kept is a clone, which has no
//! room to spare. The bookkeeping of maps and of the heap does not count. What several values share behind an `Arc`
//! counts in each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::mem::{needs_drop, size_of, size_of_val};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// A value on the scales.
#[inline]
pub fn scales<T>(value: &T) -> Scales<'_, T> {
    Scales(AsBytes(Unknown(value)))
}

/// First way: see [`Weigh`].
pub struct Scales<'a, T>(AsBytes<'a, T>);
/// Second way: what shows its bytes.
pub struct AsBytes<'a, T>(Unknown<'a, T>);
/// No way: the error that names the way out.
pub struct Unknown<'a, T>(&'a T);

/// The first way, for all kinds `K` of types.
pub trait WeighsItself<K> {
    /// The weight in bytes.
    fn weight_of_cached_value(&self) -> usize;
}

impl<T: Weigh<K>, K> WeighsItself<K> for Scales<'_, T> {
    fn weight_of_cached_value(&self) -> usize {
        let value = self.0.0.0;
        size_of::<T>().saturating_add(value.beyond())
    }
}

impl<T: AsRef<[u8]>> AsBytes<'_, T> {
    /// The weight in bytes.
    #[must_use]
    pub fn weight_of_cached_value(&self) -> usize {
        size_of::<T>().saturating_add(self.0.0.as_ref().len())
    }
}

impl<T> Unknown<'_, T> {
    /// Does not compile: no type has a [`KnownWeight`] of its own.
    #[must_use]
    pub fn weight_of_cached_value(&self) -> usize
    where
        T: KnownWeight,
    {
        self.0.weight()
    }
}

impl<'a, T> Deref for Scales<'a, T> {
    type Target = AsBytes<'a, T>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T> Deref for AsBytes<'a, T> {
    type Target = Unknown<'a, T>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Stands for "it is known what it weighs" in the message of the compiler; see [`Unknown`].
#[diagnostic::on_unimplemented(
    message = "it is not known what a `{Self}` weighs",
    label = "a bound in bytes needs the weight of each value",
    note = "say what it weighs, in bytes: `weigh = |v| …`",
    note = "text and bytes, what is `Copy`, and vectors, maps, tuples and the like of these weigh by themselves"
)]
pub trait KnownWeight {
    /// The weight in bytes.
    fn weight(&self) -> usize;
}

/// A type whose weight is known. What is `Copy` and what owns something are of two kinds, or else the compiler could
/// not be told that nothing is both.
pub trait Weigh<K> {
    /// The bytes on the heap, beyond the size of the value.
    fn beyond(&self) -> usize;
}

/// A type that is not `Copy`.
pub trait Owns<K> {
    /// See [`Weigh`].
    fn owned(&self) -> usize;
}

/// The kind of what owns nothing.
pub struct ByCopy;
/// The kind of what owns something, and is of this kind there.
pub struct Owning<K>(K);
/// A kind of text or bytes.
pub struct Text;
/// The kind of what is made of these kinds.
pub struct Of<K>(K);

impl<T: Copy> Weigh<ByCopy> for T {
    #[inline]
    fn beyond(&self) -> usize {
        0
    }
}

impl<T: Owns<K> + ?Sized, K> Weigh<Owning<K>> for T {
    #[inline]
    fn beyond(&self) -> usize {
        self.owned()
    }
}

/// The weight of what parts own, without a look at each where there is nothing to own.
fn sum<'a, T: Weigh<K> + 'a, K>(parts: impl Iterator<Item = &'a T>) -> usize {
    if needs_drop::<T>() { parts.map(T::beyond).fold(0, usize::saturating_add) } else { 0 }
}

macro_rules! text {
    ($($owner:ty: $text:ty;)*) => {$(
        impl Owns<Text> for $text {
            fn owned(&self) -> usize {
                0
            }
        }

        impl Owns<Text> for $owner {
            fn owned(&self) -> usize {
                let text: &$text = self;
                size_of_val(text)
            }
        }
    )*};
}

text! {
    String: str;
    OsString: OsStr;
    PathBuf: Path;
    CString: CStr;
}

impl<T: Weigh<K>, K> Owns<Of<K>> for [T] {
    fn owned(&self) -> usize {
        sum(self.iter())
    }
}

/// A pointer to what it owns, and what stands there besides.
macro_rules! pointers {
    ($($pointer:ident: $besides:expr;)*) => {$(
        impl<T: Weigh<K> + ?Sized, K> Owns<Of<K>> for $pointer<T> {
            fn owned(&self) -> usize {
                ($besides + size_of_val(&**self)).saturating_add((**self).beyond())
            }
        }
    )*};
}

pointers! {
    Box: 0;
    Rc: 2 * size_of::<usize>();
    Arc: 2 * size_of::<usize>();
}

impl<T: ToOwned + Weigh<K> + ?Sized, K> Owns<Of<K>> for Cow<'_, T> {
    fn owned(&self) -> usize {
        match self {
            Cow::Borrowed(_) => 0,
            Cow::Owned(_) => size_of_val(&**self).saturating_add((**self).beyond()),
        }
    }
}

macro_rules! collections {
    ($($collection:ty $(, $hasher:ident)?;)*) => {$(
        impl<T: Weigh<K>, K $(, $hasher)?> Owns<Of<K>> for $collection {
            fn owned(&self) -> usize {
                (self.len() * size_of::<T>()).saturating_add(sum(self.iter()))
            }
        }
    )*};
}

collections! {
    Vec<T>;
    VecDeque<T>;
    LinkedList<T>;
    BinaryHeap<T>;
    BTreeSet<T>;
    HashSet<T, S>, S;
}

macro_rules! maps {
    ($($map:ty $(, $hasher:ident)?;)*) => {$(
        impl<T: Weigh<K>, V: Weigh<L>, K, L $(, $hasher)?> Owns<Of<(K, L)>> for $map {
            fn owned(&self) -> usize {
                let slots = self.len() * size_of::<(T, V)>();
                slots.saturating_add(sum(self.keys())).saturating_add(sum(self.values()))
            }
        }
    )*};
}

maps! {
    BTreeMap<T, V>;
    HashMap<T, V, S>, S;
}

// A generic type is `Copy` only if its parts are. The first of these tells the kinds apart.

impl<T: Owns<K>, K> Owns<Of<K>> for Option<T> {
    fn owned(&self) -> usize {
        self.as_ref().map_or(0, T::owned)
    }
}

impl<T: Owns<K>, K, const N: usize> Owns<Of<K>> for [T; N] {
    fn owned(&self) -> usize {
        self.iter().map(T::owned).fold(0, usize::saturating_add)
    }
}

impl<T: Owns<K>, E: Weigh<L>, K, L> Owns<Of<(Owning<K>, L)>> for Result<T, E> {
    fn owned(&self) -> usize {
        match self {
            Ok(value) => value.owned(),
            Err(error) => error.beyond(),
        }
    }
}

impl<T: Copy, E: Owns<K>, K> Owns<Of<(ByCopy, Owning<K>)>> for Result<T, E> {
    fn owned(&self) -> usize {
        self.as_ref().err().map_or(0, E::owned)
    }
}

/// Tuples, each once for every place at which the first part may stand that is not `Copy`.
macro_rules! tuples {
    ($($part:ident $kind:ident,)*) => { tuples!(@longer [] $($part $kind,)*); };
    (@longer [$($before:tt)*]) => {};
    (@longer [$($before:tt)*] $part:ident $kind:ident, $($rest:tt)*) => {
        tuples!(@each [] $($before)* $part $kind,);
        tuples!(@longer [$($before)* $part $kind,] $($rest)*);
    };
    (@each [$($copy:ident)*]) => {};
    (@each [$($copy:ident)*] $first:ident $kind:ident, $($part:ident $other:ident,)*) => {
        impl<$($copy: Copy,)* $first: Owns<$kind>, $($part: Weigh<$other>,)* $kind, $($other),*>
            Owns<Of<($(tuples!(@by_copy $copy),)* Owning<$kind>, $($other,)*)>> for ($($copy,)* $first, $($part,)*)
        {
            fn owned(&self) -> usize {
                #[expect(non_snake_case, reason = "parts are named as their types")]
                let ($(tuples!(@nothing $copy),)* $first, $($part,)*) = self;
                $first.owned()$(.saturating_add($part.beyond()))*
            }
        }
        tuples!(@each [$($copy)* $first] $($part $other,)*);
    };
    (@by_copy $copy:ident) => { ByCopy };
    (@nothing $copy:ident) => { _ };
}

tuples! { A I, B J, C K, D L, E M, F N, G O, H P, }

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    /// The weight beyond the size of the value itself.
    macro_rules! beyond {
        ($value:expr) => {{
            let value = $value;
            scales(&value).weight_of_cached_value() - size_of_val(&value)
        }};
    }

    #[test]
    fn what_owns_text_and_bytes_weighs_what_it_owns() {
        assert_eq!(beyond!("four".to_owned()), 4);
        assert_eq!(beyond!(String::with_capacity(100)), 0);
        assert_eq!(beyond!(vec![1_u8, 2, 3]), 3);
        assert_eq!(beyond!(vec![1_u64, 2, 3]), 24);
        assert_eq!(beyond!(Box::<str>::from("four")), 4);
        assert_eq!(beyond!(Box::<[u16]>::from([1, 2])), 4);
        assert_eq!(beyond!(Arc::<str>::from("four")), 4 + 16);
        assert_eq!(beyond!(Arc::<[u32]>::from([1, 2])), 8 + 16);
        assert_eq!(beyond!(Rc::<str>::from("four")), 4 + 16);
        assert_eq!(beyond!(Cow::<'static, str>::Borrowed("four")), 0);
        assert_eq!(beyond!(Cow::<'static, str>::Owned("four".to_owned())), 4);
        assert_eq!(beyond!(Cow::<'static, [u16]>::Owned(vec![1, 2])), 4);
        assert_eq!(beyond!(PathBuf::from("a/b")), 3);
        assert_eq!(beyond!(OsString::from("four")), 4);
        assert_eq!(beyond!(CString::from(c"four")), 5);
    }

    #[derive(Clone, Copy)]
    struct Point(#[expect(dead_code, reason = "has a size")] [f64; 2]);

    #[test]
    fn what_is_copy_weighs_its_size() {
        assert_eq!(scales(&5_u32).weight_of_cached_value(), 4);
        assert_eq!(scales(&Point([0.0; 2])).weight_of_cached_value(), 16);
        assert_eq!(scales(&(1_u8, 2_u8)).weight_of_cached_value(), 2);
        assert_eq!(scales(&Some(1_u8)).weight_of_cached_value(), 2);
        assert_eq!(scales(&[1_u64; 3]).weight_of_cached_value(), 24);
        assert_eq!(scales(&Ok::<u8, u8>(1)).weight_of_cached_value(), 2);
        assert_eq!(scales(&"text of the program").weight_of_cached_value(), 16);
        assert_eq!(scales(&()).weight_of_cached_value(), 0);
    }

    #[test]
    fn what_is_made_of_these_weighs_what_they_do() {
        let text = || "four".to_owned();
        let size = size_of::<String>();
        assert_eq!(beyond!(vec![text(), text()]), 2 * (size + 4));
        assert_eq!(beyond!(vec![Point([0.0; 2])]), 16);
        assert_eq!(beyond!(vec![(1_u32, 2_u32), (3, 4)]), 16);
        assert_eq!(beyond!(vec![Some(1_u8)]), 2);
        assert_eq!(beyond!(Some(text())), 4);
        assert_eq!(beyond!(None::<String>), 0);
        assert_eq!(beyond!([text(), text()]), 8);
        assert_eq!(beyond!(Ok::<String, u8>(text())), 4);
        assert_eq!(beyond!(Err::<u8, _>(text())), 4);
        assert_eq!(beyond!(Err::<String, _>(vec![1_u16])), 2);
        assert_eq!(beyond!((text(), 1)), 4);
        assert_eq!(beyond!((1, text())), 4);
        assert_eq!(beyond!((1, text(), 2.0, vec![1_u8], (1, 2), Some(text()))), 9);
        assert_eq!(beyond!((1, 2, 3, 4, 5, 6, 7, text())), 4);
        assert_eq!(beyond!(HashMap::from([(text(), vec![1_u8, 2])])), size_of::<(String, Vec<u8>)>() + 6);
        assert_eq!(beyond!(BTreeMap::from([(1_u64, Point([0.0; 2]))])), 24);
        assert_eq!(beyond!(HashSet::from([text()])), size + 4);
        assert_eq!(beyond!(VecDeque::from([text()])), size + 4);
        assert_eq!(beyond!(Arc::new(text())), 16 + size + 4);
        assert_eq!(beyond!(Arc::new(HashMap::from([(1_u8, text())]))), 16 + 48 + size_of::<(u8, String)>() + 4);
        assert_eq!(beyond!(Box::new((1_u8, Arc::<str>::from("four")))), 24 + 20);
    }

    #[test]
    fn what_shows_its_bytes_weighs_them() {
        struct Bytes(&'static [u8], #[expect(dead_code, reason = "so that it is not `Copy`")] String);

        impl AsRef<[u8]> for Bytes {
            fn as_ref(&self) -> &[u8] {
                self.0
            }
        }

        assert_eq!(beyond!(Bytes(b"four", String::new())), 4);
    }
}
