//! Comparing two values of a type, as far as the type offers that.
//!
//! What it offers is found out by method lookup, where the user's crate is compiled: `way_of_comparing` of [`ByEq`] is
//! for types that are `PartialEq`, and it dereferences to the next way.

use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::Serialize;

use crate::key::Key;

/// Are two values the same? `None` if nobody can tell.
pub(crate) type Same<V> = Option<fn(&V, &V) -> Option<bool>>;
/// A value as text.
pub(crate) type Shown<V> = Option<fn(&V) -> String>;
/// The ways of a type, told by the lookup in an expansion.
pub(crate) type Comparison<V> = fn(ByEq<V>, Showing<V>) -> (Same<V>, Shown<V>);

/// First way: `PartialEq`.
pub struct ByEq<V>(BySerialize<V>);
/// Second way: `serde::Serialize`.
pub struct BySerialize<V>(ByHash<V>);
/// Third way: `std::hash::Hash`.
pub struct ByHash<V>(ByNothing<V>);
/// There is no way but the text of it, if there is one.
pub struct ByNothing<V>(PhantomData<fn() -> V>);
/// For types that are `Debug`.
pub struct Showing<V>(Hiding<V>);
/// For others.
pub struct Hiding<V>(PhantomData<fn() -> V>);

impl<V: PartialEq> ByEq<V> {
    /// The way.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    #[expect(clippy::unnecessary_wraps, reason = "others have no way")]
    pub fn way_of_comparing(&self) -> Same<V> {
        // What is not even the same as itself, as NaN, says nothing by that.
        Some(|kept, now| {
            if kept == now {
                Some(true)
            } else {
                #[expect(clippy::eq_op, reason = "that is the question")]
                (kept == kept).then_some(false)
            }
        })
    }
}

impl<V: Serialize> BySerialize<V> {
    /// The way.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    #[expect(clippy::unnecessary_wraps, reason = "others have no way")]
    pub fn way_of_comparing(&self) -> Same<V> {
        Some(|kept, now| Some(Key::of(kept) == Key::of(now)))
    }
}

impl<V: Hash> ByHash<V> {
    /// The way.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    #[expect(clippy::unnecessary_wraps, reason = "others have no way")]
    pub fn way_of_comparing(&self) -> Same<V> {
        Some(|kept, now| {
            let of = |value: &V| Key::fed(|key| value.hash(key));
            Some(of(kept) == of(now))
        })
    }
}

impl<V> ByNothing<V> {
    /// None.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    pub fn way_of_comparing(&self) -> Same<V> {
        None
    }
}

impl<V: Debug> Showing<V> {
    /// The way.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    #[expect(clippy::unnecessary_wraps, reason = "others have no way")]
    pub fn way_of_showing(&self) -> Shown<V> {
        Some(|value| format!("{value:?}"))
    }
}

impl<V> Hiding<V> {
    /// None.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    pub fn way_of_showing(&self) -> Shown<V> {
        None
    }
}

macro_rules! next_way {
    ($($way:ident => $next:ident;)*) => {$(
        impl<V> Deref for $way<V> {
            type Target = $next<V>;
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    )*};
}

next_way! {
    ByEq => BySerialize;
    BySerialize => ByHash;
    ByHash => ByNothing;
    Showing => Hiding;
}

/// The ways of a type.
pub(crate) struct Ways<V> {
    same: Same<V>,
    shown: Shown<V>,
}

impl<V> Ways<V> {
    pub(crate) fn of(comparison: Comparison<V>) -> Self {
        let nothing = ByNothing(PhantomData);
        let (same, shown) = comparison(ByEq(BySerialize(ByHash(nothing))), Showing(Hiding(PhantomData)));
        Self { same, shown }
    }

    /// Is there any?
    pub(crate) fn are_some(&self) -> bool {
        self.same.is_some() || self.shown.is_some()
    }

    /// Are these two the same? `None` if nobody can tell.
    pub(crate) fn is_same(&self, kept: &V, now: &V) -> Option<bool> {
        self.same.and_then(|same| same(kept, now)).or_else(|| is_same_text(&self.show(kept)?, &self.show(now)?))
    }

    pub(crate) fn show(&self, value: &V) -> Option<String> {
        Some((self.shown?)(value))
    }
}

/// Are these texts of the same value? Hash maps and hash sets are shown in any order: of two texts of the same letters
/// nobody can tell.
fn is_same_text(kept: &str, now: &str) -> Option<bool> {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    if kept == now { Some(true) } else { (sorted(kept) != sorted(now)).then_some(false) }
}
