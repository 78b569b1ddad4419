//! Functions whose values end soon.

use std::time::Duration;

use cache_runtime::cache_data;

use super::{begin, hooked};
use crate::random;
use crate::values::{Made as _, Owned};
use crate::world::Function;

#[cache_data(ttl = "300us")]
pub(crate) fn brief(key: u8) -> Owned {
    Owned::made(begin(Function::Brief, key))
}

#[cache_data(time_to_idle = "200us", max_entries = 8)]
pub(crate) fn idle(key: u8) -> Owned {
    Owned::made(begin(Function::Idle, key))
}

#[cache_data(refresh_after = "100us", ttl = "5ms")]
pub(crate) fn refreshed(key: u8) -> Owned {
    Owned::made(begin(Function::Refreshed, key))
}

#[cache_data(ttl_of = |_| { hooked(); Duration::from_micros(random::below(2_000)) })]
pub(crate) fn each_its_own(key: u8) -> Owned {
    Owned::made(begin(Function::EachItsOwn, key))
}
