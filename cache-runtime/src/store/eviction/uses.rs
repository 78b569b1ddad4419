//! The uses of entries.

use hashlink::LinkedHashMap;

use crate::key::{BuildAlreadyHashed, Key};
use crate::sys::moment::Moment;

/// An entry, as a policy knows it.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    pub(crate) weight: u64,
    /// When it should be looked at, because its lifetime may be over.
    pub(crate) deadline: Moment,
    /// A number that grows with the time of the last use that was told, over all functions whose values are weighed.
    pub(crate) used: u64,
}

/// In the order of their last uses.
pub(crate) type Entries = LinkedHashMap<Key, Ticket, BuildAlreadyHashed>;

/// Used entries, in order.
#[derive(Default)]
pub(crate) struct Used {
    pub(crate) keys: Vec<Key>,
    /// When, in the order of all functions whose values are weighed; empty in others.
    pub(crate) stamps: Vec<u64>,
}

/// Takes a mark off an entry, where uses leave marks; was there one?
pub(crate) trait TakeMark: FnMut(&Key) -> bool {}

impl<F: FnMut(&Key) -> bool> TakeMark for F {}
