//! Other attributes of a function hold as without ours.

#![deny(warnings, missing_docs, unused_must_use)]

use cache_runtime::cache_data;

/// Says what it does.
///
/// ```
/// // an example
/// ```
#[must_use]
#[inline]
#[cache_data]
pub fn documented(x: u32) -> u32 {
    //! And more of it.
    #![expect(clippy::let_and_return, unused_variables, reason = "inner attributes are kept")]
    let unused = 1;
    let y = x;
    y
}

#[cache_data]
#[must_use = "for a reason"]
#[inline(always)]
#[track_caller]
fn many(x: u32) -> u32 {
    x
}

#[cache_data]
#[deprecated = "use `many`"]
fn old(x: u32) -> u32 {
    x
}

#[expect(non_snake_case, reason = "the function is named so")]
#[cache_data(name = "NAMED")]
fn oddlyNamed(Odd: u32) -> u32 {
    Odd
}

#[cold]
#[cache_data]
#[doc(hidden)]
#[inline(never)]
/// Documented after.
fn hidden(x: u32) -> u32 {
    x
}

#[allow(unused_variables)]
#[cache_data]
fn unused_argument(_skipped: u32, not_used: u32) -> u32 {
    1
}

#[cache_data]
fn mutable(mut x: u32, #[allow(unused_mut)] mut y: u32) -> u32 {
    x += 1;
    x + y
}

fn main() {
    assert_eq!(documented(1) + many(1) + oddlyNamed(1) + hidden(1), 4);
    #[expect(deprecated, reason = "the attribute is kept")]
    let old = old(1);
    assert_eq!(old, 1);
    assert_eq!(unused_argument(1, 2), 1);
    assert_eq!(mutable(1, 2), 4);
    assert!(MUTABLE.entry(1, 2).contains());
    NAMED.clear();
}
