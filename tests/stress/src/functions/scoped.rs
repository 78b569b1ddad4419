//! Functions whose entries belong to a session or to a thread.

use std::rc::Rc;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

use super::{begin, hooked, next};
use crate::values::{Here, Made as _, Owned, Shared};
use crate::world::Function;

#[cache_data(scope = "session")]
pub(crate) fn prefs(key: u8) -> Owned {
    Owned::made(begin(Function::Prefs, key))
}

/// Kept for all, but made of what belongs to a session.
#[cache_data]
pub(crate) fn greeting(key: u8) -> Owned {
    Owned::of(begin(Function::Greeting, key), [prefs(next(key))])
}

#[cache_resource(scope = "session", max_entries = 4, on_release = |desk| desk.release())]
pub(crate) fn desk(key: u8) -> Arc<Shared> {
    Arc::made(begin(Function::Desk, key))
}

#[cache_data(scope = "thread")]
pub(crate) fn near(key: u8) -> Rc<Here> {
    Rc::made(begin(Function::Near, key))
}

#[cache_data(scope = "thread", max_bytes = 150, weigh = |here| { hooked(); here.weight() })]
pub(crate) fn near_heavy(key: u8) -> Here {
    Here::made(begin(Function::NearHeavy, key))
}

#[cache_resource(scope = "thread", max_entries = 4, on_release = |corner| corner.release())]
pub(crate) fn corner(key: u8) -> Arc<Shared> {
    Arc::made(begin(Function::Corner, key))
}
