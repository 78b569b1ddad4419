//! Functions that show events.

use cache_runtime::{cache_data, emit};

use super::begin;
use crate::values::{Event, Made as _, Owned};
use crate::world::Function;

#[cache_data]
pub(crate) fn shown(key: u8) -> Owned {
    emit(Event::new(Function::Shown, key));
    Owned::made(begin(Function::Shown, key))
}

#[cache_data]
pub(crate) fn gallery(key: u8) -> Owned {
    let stamp = begin(Function::Gallery, key);
    emit(Event::new(Function::Gallery, key));
    let part = shown(key);
    emit(Event::new(Function::Gallery, key));
    Owned::of(stamp, [part])
}

/// What a call of it shows, be it live or again.
pub(crate) fn expected(function: Function, key: u8) -> Vec<(Function, u8)> {
    match function {
        Function::Shown => vec![(Function::Shown, key)],
        Function::Gallery => vec![(Function::Gallery, key), (Function::Shown, key), (Function::Gallery, key)],
        _ => Vec::new(),
    }
}
