//! Functions with bounds on what they keep.

use cache_runtime::cache_data;

use super::{begin, hooked};
use crate::values::{Made as _, Owned};
use crate::world::Function;

/// So many entries these functions keep at most.
pub(crate) const MOST: usize = 5;

#[cache_data(max_entries = 5, eviction = "clock_pro")]
pub(crate) fn clock_pro(key: u8) -> Owned {
    Owned::made(begin(Function::ClockPro, key))
}

#[cache_data(max_entries = 5, eviction = "lru")]
pub(crate) fn lru(key: u8) -> Owned {
    Owned::made(begin(Function::Lru, key))
}

#[cache_data(max_entries = 5, eviction = "tiny_lfu")]
pub(crate) fn tiny_lfu(key: u8) -> Owned {
    Owned::made(begin(Function::TinyLfu, key))
}

#[cache_data(max_bytes = 150, weigh = |value| { hooked(); value.weight() })]
pub(crate) fn heavy(key: u8) -> Owned {
    Owned::made(begin(Function::Heavy, key))
}
