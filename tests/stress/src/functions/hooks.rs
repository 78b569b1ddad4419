//! Functions whose hooks go back to them.

use cache_runtime::cache_data;

use super::{begin, hooked};
use crate::random;
use crate::values::{Made, Owned};
use crate::world::Function;

/// Whether a user is kept depends on a function that fetches the user.
#[cache_data(cache_if = is_worth_it, validate = |_| { hooked(); !random::one_in(64) })]
pub(crate) fn user(key: u8) -> Owned {
    Owned::made(begin(Function::User, key))
}

fn is_worth_it(user: &Owned) -> bool {
    hooked();
    let key = user.stamps()[0].key;
    !random::one_in(32) || is_vip(key).stamps().len() > 1
}

#[cache_data]
pub(crate) fn is_vip(key: u8) -> Owned {
    Owned::of(begin(Function::IsVip, key), [user(key)])
}
