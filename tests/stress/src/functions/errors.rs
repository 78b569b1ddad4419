//! Functions that fail now and then.

use cache_runtime::cache_data;

use super::{begin, hooked};
use crate::random;
use crate::values::{Failure, Made, OwnFailure, Owned};
use crate::world::{Function, Stamp};

fn now_and_then<T: Made, E: Made>(stamp: Stamp) -> Result<T, E> {
    if random::one_in(3) { Err(E::made(stamp)) } else { Ok(T::made(stamp)) }
}

#[cache_data(ttl = "200us", stale_if_error = "2ms")]
pub(crate) fn fallible(key: u8) -> Result<Owned, Failure> {
    now_and_then(begin(Function::Fallible, key))
}

#[cache_data(cache_err = true)]
pub(crate) fn kept_errors(key: u8) -> Result<Owned, Failure> {
    now_and_then(begin(Function::KeptErrors, key))
}

#[cache_data(cache_err = "200us")]
pub(crate) fn brief_errors(key: u8) -> Result<Owned, Failure> {
    now_and_then(begin(Function::BriefErrors, key))
}

/// Those who wait cannot share the error.
#[cache_data]
pub(crate) fn unsharable(key: u8) -> Result<Owned, OwnFailure> {
    now_and_then(begin(Function::Unsharable, key))
}

#[cache_data(cache_if = |value| { hooked(); value.is_some() })]
pub(crate) fn optional(key: u8) -> Option<Owned> {
    let stamp = begin(Function::Optional, key);
    (!random::one_in(3)).then(|| Owned::made(stamp))
}
