//! The cached functions: one file for each sort.

pub(crate) mod asynchronous;
pub(crate) mod bounded;
pub(crate) mod chain;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod hooks;
pub(crate) mod inputs;
pub(crate) mod lifetimes;
pub(crate) mod resources;
pub(crate) mod scoped;

use std::thread;

use crate::mischief::Place;
use crate::random;
use crate::values::at_work;
use crate::world::{Function, Stamp};

/// What every body does first: it reads the world, and then something may happen.
fn begin(function: Function, key: u8) -> Stamp {
    let stamp = Stamp::now(function, key);
    if random::one_in(8) {
        thread::yield_now();
    }
    at_work(Place::Body);
    stamp
}

/// What hooks do: something may happen.
fn hooked() {
    at_work(Place::Hook);
}

/// The key beside.
fn next(key: u8) -> u8 {
    (key + 1) % u8::try_from(crate::world::KEYS).expect("there are few")
}
