//! Types whose parts can be fed one by one, for what `hash_funcs` says of a type inside of others.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::Hasher;
use std::rc::Rc;
use std::sync::Arc;

use super::hasher::KeyHasher;
use super::unordered::Sum;

/// Feeds each part of a container.
#[inline]
pub fn each<'a, C: Parts + ?Sized>(
    container: &'a C,
    key: &mut KeyHasher<'_>,
    feed: impl FnMut(C::Part<'a>, &mut KeyHasher<'_>),
) {
    container.feed_parts(key, feed);
}

/// A container whose parts are known.
#[diagnostic::on_unimplemented(
    message = "`hash_funcs` does not reach into `{Self}`",
    label = "this has the name of a container of the standard library, but is another type",
    note = "name the whole type in `hash_funcs(…)`, or mark the parameter `#[cache(by = |value| …)]`"
)]
pub trait Parts {
    /// A reference to a part, or to its two halves.
    type Part<'a>
    where
        Self: 'a;

    /// Feeds the parts, so that containers with other parts read otherwise.
    fn feed_parts<'a>(&'a self, key: &mut KeyHasher<'_>, feed: impl FnMut(Self::Part<'a>, &mut KeyHasher<'_>));
}

/// Parts whose order counts. Their number follows them, for keys are read from their end.
fn feed_in_order<P>(
    parts: impl Iterator<Item = P>,
    key: &mut KeyHasher<'_>,
    mut feed: impl FnMut(P, &mut KeyHasher<'_>),
) {
    let mut count = 0;
    for part in parts {
        feed(part, key);
        count += 1;
    }
    key.write_usize(count);
}

/// Parts whose order does not count.
fn feed_in_any_order<P>(
    parts: impl Iterator<Item = P>,
    key: &mut KeyHasher<'_>,
    mut feed: impl FnMut(P, &mut KeyHasher<'_>),
) {
    let mut sum = Sum::default();
    for part in parts {
        sum.add(key.apart(|key| feed(part, key)));
    }
    sum.feed(key);
}

macro_rules! parts {
    ($($feed:ident: [$($generics:tt)*] $container:ty, $part:ty;)*) => {$(
        impl<$($generics)*> Parts for $container {
            type Part<'a> = $part where Self: 'a;

            fn feed_parts<'a>(&'a self, key: &mut KeyHasher<'_>, feed: impl FnMut(Self::Part<'a>, &mut KeyHasher<'_>)) {
                $feed(self.iter(), key, feed);
            }
        }
    )*};
}

parts! {
    feed_in_order: [T] [T], &'a T;
    feed_in_order: [T, const N: usize] [T; N], &'a T;
    feed_in_order: [T] Vec<T>, &'a T;
    feed_in_order: [T] VecDeque<T>, &'a T;
    feed_in_order: [T] LinkedList<T>, &'a T;
    feed_in_order: [T] Option<T>, &'a T;
    feed_in_order: [T] BTreeSet<T>, &'a T;
    feed_in_order: [K, V] BTreeMap<K, V>, (&'a K, &'a V);
    feed_in_any_order: [T, S] HashSet<T, S>, &'a T;
    feed_in_any_order: [K, V, S] HashMap<K, V, S>, (&'a K, &'a V);
}

macro_rules! one_part {
    ($($pointer:ty)*) => {$(
        impl<T: ?Sized> Parts for $pointer {
            type Part<'a> = &'a T where Self: 'a;

            #[inline]
            fn feed_parts<'a>(&'a self, key: &mut KeyHasher<'_>, mut feed: impl FnMut(&'a T, &mut KeyHasher<'_>)) {
                feed(self, key);
            }
        }
    )*};
}

one_part! { Box<T> Rc<T> Arc<T> }

impl<T: ToOwned + ?Sized> Parts for Cow<'_, T> {
    type Part<'a>
        = &'a T
    where
        Self: 'a;

    #[inline]
    fn feed_parts<'a>(&'a self, key: &mut KeyHasher<'_>, mut feed: impl FnMut(&'a T, &mut KeyHasher<'_>)) {
        feed(self, key);
    }
}

macro_rules! parts_behind {
    ($($reference:ty)*) => {$(
        impl<C: Parts + ?Sized> Parts for $reference {
            type Part<'a> = C::Part<'a> where Self: 'a;

            #[inline]
            fn feed_parts<'a>(&'a self, key: &mut KeyHasher<'_>, feed: impl FnMut(Self::Part<'a>, &mut KeyHasher<'_>)) {
                (**self).feed_parts(key, feed);
            }
        }
    )*};
}

parts_behind! { &C &mut C }
