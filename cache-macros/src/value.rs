//! The values of options, by what may stand behind an option's name.

mod expression;
mod hash_func;
mod lifetime;
mod name;
mod number;
mod read;
mod tag;
mod word;

pub(crate) use self::expression::{Closure, Condition, Listener, Weigh};
pub(crate) use self::hash_func::{HashFunc, StandIn};
pub(crate) use self::lifetime::{CacheErr, Lifetime};
pub(crate) use self::name::Name;
pub(crate) use self::number::{Bytes, Count, Fraction};
pub(crate) use self::read::{Set, Value};
pub(crate) use self::tag::Tag;
pub(crate) use self::word::{Eviction, Flag, FollowCalls, Persist, Scope, ShowSpinner};
