//! Where moka cannot run: on `wasm32-unknown-unknown` it has neither the random numbers it is compiled with nor the
//! clock it asks. Bounds hold by the order of uses there.

use std::collections::HashSet;

use crate::key::{BuildAlreadyHashed, Key};
use crate::store::eviction::uses::Entries;

/// There is none.
pub(crate) enum TinyLfu {}

impl TinyLfu {
    pub(crate) const fn new(_max_entries: Option<u64>, _max_weight: Option<u64>) -> Option<Self> {
        None
    }

    pub(crate) const fn admit(&self, _key: Key, _weight: u64) {
        match *self {}
    }

    pub(crate) const fn forget(&self, _key: &Key) {
        match *self {}
    }

    pub(crate) const fn touch(&self, _keys: &[Key]) {
        match *self {}
    }

    pub(crate) fn take_gone(&self, _entries: &Entries) -> HashSet<Key, BuildAlreadyHashed> {
        match *self {}
    }
}
