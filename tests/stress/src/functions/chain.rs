//! Functions that call each other: a page is made of pages below it, those of queries, and those of rows.

use cache_runtime::cache_data;

use super::{begin, next};
use crate::values::{Argument, Made as _, Owned, Small};
use crate::world::Function;

#[cache_data(tags("chain"))]
pub(crate) fn row(key: u8) -> Owned {
    Owned::made(begin(Function::Row, key))
}

#[cache_data(tags("chain"))]
pub(crate) fn query(key: &Argument) -> Owned {
    let stamp = begin(Function::Query, key.key);
    Owned::of(stamp, [row(key.key), row(next(key.key))])
}

#[cache_data(tags("chain"))]
pub(crate) fn page(key: u8, depth: u8) -> Owned {
    let stamp = begin(Function::Page, key);
    let argument = Argument::new(key);
    let below = match depth.checked_sub(1) {
        None => query(&argument),
        Some(depth) => page(key, depth),
    };
    drop(argument);
    Owned::of(stamp, [below])
}

#[cache_data]
pub(crate) fn small(key: u8) -> Small {
    Small::made(begin(Function::Small, key))
}

/// Of a generic function.
#[cache_data]
pub(crate) fn wrapped<T: Into<u8> + std::hash::Hash>(key: T) -> Owned {
    Owned::made(begin(Function::Wrapped, key.into()))
}

#[cache_data(single_flight = false)]
pub(crate) fn unshared(key: u8) -> Owned {
    Owned::made(begin(Function::Unshared, key))
}
