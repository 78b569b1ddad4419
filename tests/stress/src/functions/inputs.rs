//! Functions that read an input.

use cache_runtime::cache_data;

use super::{begin, next};
use crate::room::ZOOM;
use crate::values::{Made as _, Owned};
use crate::world::{Function, Stamp};

/// Only some of the values depend on it.
#[cache_data]
pub(crate) fn zoomed(key: u8) -> Owned {
    let stamp = begin(Function::Zoomed, key);
    let zoom = (!key.is_multiple_of(3)).then(|| ZOOM.get().zoom);
    Owned::made(Stamp { zoom, ..stamp })
}

/// Reads it itself, and through others.
#[cache_data(max_entries = 8)]
pub(crate) fn poster(key: u8) -> Owned {
    let stamp = begin(Function::Poster, key);
    let parts = [zoomed(key), zoomed(next(key))];
    if key.is_multiple_of(2) {
        let zoom = Some(ZOOM.get().zoom);
        return Owned::of(Stamp { zoom, ..stamp }, parts);
    }
    Owned::of(stamp, parts)
}
