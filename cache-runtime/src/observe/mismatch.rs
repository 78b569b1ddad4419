//! What verification has found.

use std::ops::Deref;
use std::time::Duration;
use std::{fmt, slice, vec};

/// What was found out about the hits inside of [`verify`](crate::verify): the mismatches, as which it can be used, and how
/// many hits were looked at.
///
/// ```
/// use cache_runtime::{cache_data, verify};
///
/// #[cache_data]
/// fn square(x: u32) -> u32 {
///     x * x
/// }
///
/// square(3);
/// let (nine, verification) = verify(|| square(3));
/// assert_eq!((nine, verification.compared), (9, 1));
/// assert!(verification.is_empty(), "{verification:?}");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// The hits for which the body returned something else than is kept.
    pub mismatches: Vec<Mismatch>,
    /// How many hits were compared with what the body returns.
    pub compared: u64,
    /// How many hits were not, for nothing tells whether two values of the type are the same: those of resources, and
    /// of types that are neither `PartialEq` nor `Serialize`, `Hash` or `Debug`.
    pub not_comparable: u64,
}

impl Deref for Verification {
    type Target = [Mismatch];
    fn deref(&self) -> &[Mismatch] {
        &self.mismatches
    }
}

impl IntoIterator for Verification {
    type Item = Mismatch;
    type IntoIter = vec::IntoIter<Mismatch>;
    fn into_iter(self) -> Self::IntoIter {
        self.mismatches.into_iter()
    }
}

impl<'a> IntoIterator for &'a Verification {
    type Item = &'a Mismatch;
    type IntoIter = slice::Iter<'a, Mismatch>;
    fn into_iter(self) -> Self::IntoIter {
        self.mismatches.iter()
    }
}

/// A kept value that is not what the body makes.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use cache_runtime::{Difference, cache_data, verify};
///
/// static RATE: AtomicU32 = AtomicU32::new(2);
///
/// #[cache_data]
/// fn price(net: u32) -> u32 {
///     net * RATE.load(Ordering::Relaxed) // no key knows of it
/// }
///
/// price(10);
/// RATE.store(3, Ordering::Relaxed);
/// let (_, verification) = verify(|| price(10));
/// let mismatch = &verification[0];
/// assert_eq!((mismatch.function, mismatch.difference), (PRICE.name(), Difference::Value));
/// assert_eq!((mismatch.kept.as_deref(), mismatch.now.as_deref()), (Some("20"), Some("30")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// [`CachedFn::name`](crate::CachedFn::name) of the function.
    pub function: &'static str,
    /// What is not the same.
    pub difference: Difference,
    /// How long ago the kept value was stored.
    pub age: Duration,
    /// The kept value, if it is `Debug`.
    pub kept: Option<String>,
    /// What the body returns now, if it is `Debug` and would be kept.
    pub now: Option<String>,
}

/// In what a kept value is not what the body makes.
///
/// ```
/// use cache_runtime::Difference;
///
/// assert_eq!(Difference::Value.to_string(), "another value");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Difference {
    /// The body returns another value.
    Value,
    /// The body returns something that is not kept, as an error.
    NotKept,
    /// The body reads other [inputs](crate::Input), or these in another state.
    Inputs,
    /// The body raises other events, as far as their types tell, or these in another order.
    Events,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "another value",
            Self::NotKept => "something that is not kept",
            Self::Inputs => "the same value, reading other inputs",
            Self::Events => "the same value, raising other events",
        })
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.function, self.what())
    }
}

impl Mismatch {
    /// The same without the name of the function.
    pub(crate) fn what(&self) -> String {
        let Self { difference, age, kept, now, .. } = self;
        let values = match (kept, now) {
            (Some(kept), Some(now)) if kept != now => format!(": {now}, and kept is {kept}"),
            (Some(kept), _) => format!(": kept is {kept}"),
            (None, _) => String::new(),
        };
        format!("for a value that was kept {age:.1?} ago the body makes {difference}{values}")
    }
}
