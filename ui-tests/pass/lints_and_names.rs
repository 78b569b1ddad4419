//! Under the strictest lints, among items with the names of everything that expansions use.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]

#[expect(dead_code, reason = "the traits only have names")]
mod items {
    //! Shadows.

    /// A user's key.
    pub struct Key;
    /// A user's shapes of results.
    pub struct Result;
    /// A user's shape of options.
    pub struct Option;
    /// A user's variant.
    pub struct Some;
    /// A user's variant.
    pub struct None;
    /// A user's variant.
    pub struct Ok;
    /// A user's variant.
    pub struct Err;
    /// A user's list.
    pub struct Vec;
    /// A user's pointer.
    pub struct Arc;
    /// A user's pointer.
    pub struct Box;
    /// A user's text.
    pub struct String;
    /// A user's handle.
    pub struct CachedFn;
    /// A user's function.
    pub struct Function;
    /// A user's options.
    pub struct Options;
    /// A user's hooks.
    pub struct Hooks;
    /// A user's data.
    pub struct Data;
    /// A user's resource.
    pub struct Resource;
    /// A user's marker.
    pub trait Send {}
    /// A user's marker.
    pub trait Sync {}
    /// A user's marker.
    pub trait Clone {}
    /// A user's marker.
    pub trait Hash {}
    /// A user's marker.
    pub trait Sized {}
    /// A user's function type.
    pub trait Fn {}
    /// A user's function type.
    pub trait FnOnce {}
    /// A user's conversion.
    pub trait Into {}
    /// A user's end.
    pub fn drop() {}
}

mod core {}
mod std {}
mod alloc {}
mod cache_runtime {}
mod cache_macros {}

macro_rules! concat {
    () => {};
}
macro_rules! module_path {
    () => {};
}
macro_rules! panic {
    () => {};
}

use ::cache_runtime::{cache_data, cache_resource};
#[expect(clippy::wildcard_imports, reason = "every name is to be in scope")]
use items::*;

/// Everything at once.
#[cache_data(
    ttl = "1h",
    refresh_after = "1m",
    time_to_idle = 90,
    max_entries = 5,
    max_bytes = "1MiB",
    weigh = |_| 1,
    cache_if = |_| true,
    validate = |_| true,
    enabled = key < 100,
    jitter = 0.1,
    on_evict = |_, _| (),
    tags("all", other),
    include(1),
    version = 2
)]
fn plain(key: u32, other: &str) -> u32 {
    concat!();
    module_path!();
    key + u32::from(other.is_empty())
}

/// A fallible one.
#[cache_data(ttl = "1h", stale_if_error = "1h")]
fn fallible(key: u32) -> ::std::result::Result<u32, ::std::string::String> {
    ::std::result::Result::Ok(key)
}

/// Errors kept.
#[cache_data(cache_err = "5s")]
fn kept_error(key: u32) -> ::std::result::Result<u32, ::std::string::String> {
    ::std::result::Result::Ok(key)
}

/// One whose values weigh by themselves.
#[cache_data(max_bytes = "1MiB")]
fn weighed(value: u32) -> ::std::vec::Vec<::std::string::String> {
    ::std::vec::Vec::from([::std::string::ToString::to_string(&value)])
}

/// A resource.
#[cache_resource(on_release = |_| ())]
fn resource(key: u32) -> ::std::sync::Arc<u32> {
    ::std::sync::Arc::new(key)
}

/// An optional resource.
#[cache_resource]
fn optional(key: u32) -> ::std::option::Option<::std::sync::Arc<u32>> {
    ::std::option::Option::Some(::std::sync::Arc::new(key))
}

/// A generic one.
#[cache_data]
fn generic<T: ::std::hash::Hash>(value: T, #[cache(by = |_: &Vec| 1)] shape: &Vec) -> u32 {
    let (Vec, _) = (shape, value);
    1
}

/// An async one.
#[cache_data]
async fn later((one, other): (u32, u32)) -> u32 {
    one + other
}

/// One that ends with `return`.
#[cache_data]
async fn returning(key: u32) -> u32 {
    return key;
}

/// One that does not end.
#[cache_data]
async fn diverging(key: u32) -> ::std::result::Result<u32, u32> {
    ::std::panic!("{key}")
}

/// One that returns nothing, in two ways.
#[cache_data]
async fn nothing(key: u32) {
    if key == 1 {
        return;
    }
    ::std::future::ready(()).await;
}

type Fallible = ::std::result::Result<u32, u32>;

/// A `Result` under another name.
#[cache_data(cache_err = false)]
fn renamed(key: u32) -> Fallible {
    ::std::result::Result::Ok(key)
}

/// None.
#[cache_data]
fn marker(_key: u32) -> Marker {
    Marker
}

/// A user's value.
#[derive(::std::clone::Clone)]
pub struct Marker;

#[rustfmt::skip]
mod on_one_line {
    use ::cache_runtime::cache_data;

    #[cache_data]
    pub(crate) async fn short(key: u32) -> u32 { key }

    #[cache_data]
    pub(crate) async fn returning(key: u32) -> u32 { return key }

    #[cache_data]
    pub(crate) async fn pattern((key, _): (u32, u32)) -> u32 { key }

    #[cache_data]
    pub(crate) fn plain(key: u32) -> u32 { key }
}

#[derive(::std::hash::Hash)]
struct Repo;

impl Repo {
    #[cache_data(skip(self))]
    fn user(&self, id: u32) -> u32 {
        let Self = self;
        id
    }

    #[cache_data(in_impl)]
    fn group(id: u32) -> u32 {
        id
    }

    /// An old one.
    #[cache_data]
    #[deprecated(note = "there is a new one")]
    pub fn old(&self, id: u32) -> u32 {
        let Self = self;
        id
    }

    #[cache_data(no_handle)]
    fn hidden(id: u32) -> u32 {
        id
    }
}

fn main() {
    panic!();
    drop();
    let _: (Key, Result, Option, Some, None) = (Key, Result, Option, Some, None);
    let _: (Ok, Err, Arc, Box, String, CachedFn) = (Ok, Err, Arc, Box, String, CachedFn);
    let _: (Function, Options, Hooks, Data, Resource) = (Function, Options, Hooks, Data, Resource);
    assert_eq!(plain(1, ""), 2);
    PLAIN.entry(1, "").clear();
    assert!(fallible(1).is_ok());
    assert!(kept_error(1).is_ok());
    assert_eq!(*resource(1), 1);
    assert!(optional(1).is_some());
    assert_eq!(generic(1, &Vec), 1);
    ::std::mem::drop(later((1, 2)));
    ::std::mem::drop((returning(1), diverging(1), nothing(1)));
    assert!(renamed(1).is_ok());
    ::std::mem::drop((on_one_line::short(1), on_one_line::returning(1), on_one_line::pattern((1, 1))));
    assert_eq!(on_one_line::plain(1), 1);
    let Marker = marker(1);
    assert_eq!(Repo.user(1) + Repo::group(1) + Repo::hidden(1), 3);
    GENERIC.clear();
    LATER.clear();
    Repo::USER.entry(1).clear();
}
