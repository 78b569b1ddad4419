//! Collections that are not `Hash`: maps and sets, of which equal ones feed the same whatever order they iterate in,
//! and rows of floats.

use std::any::type_name;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use super::floats::canonical;
use super::hasher::KeyHasher;

/// A sum of hashes: the same for every order of the same elements.
#[derive(Default)]
pub(super) struct Sum {
    count: u64,
    total: u128,
}

impl Sum {
    pub(super) fn add(&mut self, element: u128) {
        self.count += 1;
        self.total = self.total.wrapping_add(element);
    }

    pub(super) fn feed(&self, key: &mut KeyHasher<'_>) {
        key.write_u64(self.count);
        key.write_u128(self.total);
    }
}

/// Collections of the standard library that are not `Hash` themselves.
pub trait Unordered {
    /// Feeds the elements.
    fn feed(&self, key: &mut KeyHasher<'_>);
}

impl<K: Hash, V: Hash, S> Unordered for HashMap<K, V, S> {
    fn feed(&self, key: &mut KeyHasher<'_>) {
        let mut sum = Sum::default();
        for (name, value) in self {
            sum.add(key.apart(|key| {
                key.framed(|key| name.hash(key));
                value.hash(key);
            }));
        }
        sum.feed(key);
    }
}

impl<T: Hash, S> Unordered for HashSet<T, S> {
    fn feed(&self, key: &mut KeyHasher<'_>) {
        let mut sum = Sum::default();
        for element in self {
            sum.add(key.apart(|key| element.hash(key)));
        }
        sum.feed(key);
    }
}

impl Unordered for [f64] {
    fn feed(&self, key: &mut KeyHasher<'_>) {
        feed_floats(self, key, canonical);
    }
}

impl Unordered for [f32] {
    fn feed(&self, key: &mut KeyHasher<'_>) {
        feed_floats(self, key, |value| canonical(f64::from(value)));
    }
}

/// Feeds floats by the kilobyte: one by one, they would cost many times their hash.
fn feed_floats<T: Copy>(floats: &[T], key: &mut KeyHasher<'_>, canonical: impl Fn(T) -> u64) {
    const SOME: usize = 128;
    key.write_usize(floats.len());
    let mut bytes = [0; SOME * 8];
    for floats in floats.chunks(SOME) {
        for (bytes, float) in bytes.chunks_exact_mut(8).zip(floats) {
            bytes.copy_from_slice(&canonical(*float).to_ne_bytes());
        }
        key.write(&bytes[..floats.len() * 8]);
    }
}

impl<T, const N: usize> Unordered for [T; N]
where
    [T]: Unordered,
{
    fn feed(&self, key: &mut KeyHasher<'_>) {
        self.as_slice().feed(key);
    }
}

impl<T> Unordered for Vec<T>
where
    [T]: Unordered,
{
    fn feed(&self, key: &mut KeyHasher<'_>) {
        self.as_slice().feed(key);
    }
}

macro_rules! unordered_behind {
    ($($pointer:ty)*) => {$(
        impl<T: Unordered + ?Sized> Unordered for $pointer {
            fn feed(&self, key: &mut KeyHasher<'_>) {
                (**self).feed(key);
            }
        }
    )*};
}

unordered_behind! { &T Box<T> Rc<T> Arc<T> }

impl<T: Unordered> Unordered for Option<T> {
    fn feed(&self, key: &mut KeyHasher<'_>) {
        key.write_u8(u8::from(self.is_some()));
        if let Some(value) = self {
            value.feed(key);
        }
        key.write_u8(u8::from(self.is_some()));
    }
}

/// Is `T` a hash map or a hash set? serde does not tell; only the name of the type is left to go by.
#[inline]
pub(super) fn is_unordered<T: ?Sized>() -> bool {
    let name = type_name::<T>();
    // Generic types alone end so; the compiler knows the answer for all others.
    name.ends_with('>') && names_unordered(name)
}

fn names_unordered(name: &str) -> bool {
    let name = name.trim_start_matches('&').trim_start_matches("mut ");
    let Some((path, arguments)) = name.split_once('<') else { return false };
    let arguments = arguments.trim_start_matches("'_, ");
    match path {
        "std::collections::hash::map::HashMap"
        | "std::collections::hash::set::HashSet"
        | "hashbrown::map::HashMap"
        | "hashbrown::set::HashSet" => true,
        "alloc::boxed::Box" | "alloc::rc::Rc" | "alloc::sync::Arc" | "alloc::borrow::Cow" => names_unordered(arguments),
        _ => false,
    }
}
