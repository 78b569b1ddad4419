//! What can be done with each cached function, as one table.

use std::pin::Pin;

use cache_runtime::{Entry, Stats};

use crate::checks::Before;
use crate::functions::{asynchronous, bounded, chain, errors, events, hooks, inputs, lifetimes, resources, scoped};
use crate::values::{Argument, Made};
use crate::world::{Function, Stamp};

pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How a function is called.
#[derive(Clone, Copy)]
pub(crate) enum Face {
    Sync(fn(u8)),
    Async(fn(u8) -> Task),
}

/// A cached function and its handle. Whatever it gives is looked at.
pub(crate) struct Subject {
    pub(crate) function: Function,
    pub(crate) call: Face,
    pub(crate) clear: fn(),
    pub(crate) len: fn() -> usize,
    pub(crate) stats: fn() -> Stats,
    /// Of functions that are not generic.
    pub(crate) entry: Option<EntryOf>,
    /// How many entries it keeps at most.
    pub(crate) most: Option<usize>,
}

/// What can be done with one entry of a function.
#[derive(Clone, Copy)]
pub(crate) struct EntryOf {
    pub(crate) clear: fn(u8),
    pub(crate) look: fn(u8),
    pub(crate) insert: fn(u8),
}

/// A depth for each key: a page is made of pages below it.
fn depth(key: u8) -> u8 {
    key % 3
}

fn look<V: Made>(entry: &Entry<'_, V>, before: &Before) {
    if let Some(value) = entry.get() {
        value.was_kept();
        before.judge(&value);
    }
    let _ = (entry.contains(), entry.age(), entry.expires_in());
}

/// How the function is called with a key, and its entry found.
macro_rules! subject {
    ($Function:ident, $call:ident $path:path, $handle:path, |$key:ident| ($($argument:expr),*), most: $most:expr) => {
        Subject {
            entry: Some(EntryOf {
                clear: |$key| $handle.entry($($argument),*).clear(),
                look: |$key| {
                    let before = Before::call(Function::$Function, $key);
                    look(&$handle.entry($($argument),*), &before);
                },
                insert: |$key| {
                    let (stamp, putting_in) = Stamp::put_in(Function::$Function, $key);
                    $handle.entry($($argument),*).insert(Made::made(stamp));
                    drop(putting_in);
                },
            }),
            ..subject!($Function, $call $path, $handle, |$key| ($($argument),*), generic, most: $most)
        }
    };
    ($Function:ident, $call:ident $path:path, $handle:path, |$key:ident| ($($argument:expr),*), generic, most: $most:expr) => {
        Subject {
            function: Function::$Function,
            call: subject!(@$call $Function $path, |$key| ($($argument),*)),
            clear: || $handle.clear(),
            len: || $handle.len(),
            stats: || $handle.stats(),
            entry: None,
            most: $most,
        }
    };
    (@sync $Function:ident $path:path, |$key:ident| ($($argument:expr),*)) => {
        Face::Sync(|$key| {
            let before = Before::call(Function::$Function, $key);
            before.judge(&$path($($argument),*));
        })
    };
    (@later $Function:ident $path:path, |$key:ident| ($($argument:expr),*)) => {
        Face::Async(|$key| {
            Box::pin(async move {
                let before = Before::call(Function::$Function, $key);
                before.judge(&$path($($argument),*).await);
            })
        })
    };
}

const MOST: Option<usize> = Some(bounded::MOST);

pub(crate) static SUBJECTS: &[Subject] = &[
    subject!(Row, sync chain::row, chain::ROW, |key| (key), most: None),
    subject!(Query, sync chain::query, chain::QUERY, |key| (&Argument::new(key)), most: None),
    subject!(Page, sync chain::page, chain::PAGE, |key| (key, depth(key)), most: None),
    subject!(Small, sync chain::small, chain::SMALL, |key| (key), most: None),
    subject!(Wrapped, sync chain::wrapped, chain::WRAPPED, |key| (key), generic, most: None),
    subject!(Unshared, sync chain::unshared, chain::UNSHARED, |key| (key), most: None),
    subject!(ClockPro, sync bounded::clock_pro, bounded::CLOCK_PRO, |key| (key), most: MOST),
    subject!(Lru, sync bounded::lru, bounded::LRU, |key| (key), most: MOST),
    subject!(TinyLfu, sync bounded::tiny_lfu, bounded::TINY_LFU, |key| (key), most: MOST),
    subject!(Heavy, sync bounded::heavy, bounded::HEAVY, |key| (key), most: None),
    subject!(Brief, sync lifetimes::brief, lifetimes::BRIEF, |key| (key), most: None),
    subject!(Idle, sync lifetimes::idle, lifetimes::IDLE, |key| (key), most: Some(8)),
    subject!(Refreshed, sync lifetimes::refreshed, lifetimes::REFRESHED, |key| (key), most: None),
    subject!(EachItsOwn, sync lifetimes::each_its_own, lifetimes::EACH_ITS_OWN, |key| (key), most: None),
    subject!(Fallible, sync errors::fallible, errors::FALLIBLE, |key| (key), most: None),
    subject!(KeptErrors, sync errors::kept_errors, errors::KEPT_ERRORS, |key| (key), most: None),
    subject!(BriefErrors, sync errors::brief_errors, errors::BRIEF_ERRORS, |key| (key), most: None),
    subject!(Unsharable, sync errors::unsharable, errors::UNSHARABLE, |key| (key), most: None),
    subject!(Optional, sync errors::optional, errors::OPTIONAL, |key| (key), most: None),
    subject!(User, sync hooks::user, hooks::USER, |key| (key), most: None),
    subject!(IsVip, sync hooks::is_vip, hooks::IS_VIP, |key| (key), most: None),
    subject!(Zoomed, sync inputs::zoomed, inputs::ZOOMED, |key| (key), most: None),
    subject!(Poster, sync inputs::poster, inputs::POSTER, |key| (key), most: Some(8)),
    subject!(Shown, sync events::shown, events::SHOWN, |key| (key), most: None),
    subject!(Gallery, sync events::gallery, events::GALLERY, |key| (key), most: None),
    subject!(Prefs, sync scoped::prefs, scoped::PREFS, |key| (key), most: None),
    subject!(Greeting, sync scoped::greeting, scoped::GREETING, |key| (key), most: None),
    subject!(Near, sync scoped::near, scoped::NEAR, |key| (key), most: None),
    subject!(NearHeavy, sync scoped::near_heavy, scoped::NEAR_HEAVY, |key| (key), most: None),
    subject!(Pool, sync resources::pool, resources::POOL, |key| (key), most: None),
    subject!(FewPools, sync resources::few_pools, resources::FEW_POOLS, |key| (key), most: Some(4)),
    subject!(PickyPool, sync resources::picky_pool, resources::PICKY_POOL, |key| (key), most: None),
    subject!(FalliblePool, sync resources::fallible_pool, resources::FALLIBLE_POOL, |key| (key), most: None),
    subject!(HeavyPool, sync resources::heavy_pool, resources::HEAVY_POOL, |key| (key), most: None),
    subject!(Desk, sync scoped::desk, scoped::DESK, |key| (key), most: None),
    subject!(Corner, sync scoped::corner, scoped::CORNER, |key| (key), most: None),
    subject!(Later, later asynchronous::later, asynchronous::LATER, |key| (key), most: None),
    subject!(LaterPage, later asynchronous::later_page, asynchronous::LATER_PAGE, |key| (key), most: None),
    subject!(LaterFallible, later asynchronous::later_fallible, asynchronous::LATER_FALLIBLE, |key| (key), most: None),
    subject!(LaterPrefs, later asynchronous::later_prefs, asynchronous::LATER_PREFS, |key| (key), most: None),
    subject!(LaterZoomed, later asynchronous::later_zoomed, asynchronous::LATER_ZOOMED, |key| (key), most: None),
    subject!(LaterBounded, later asynchronous::later_bounded, asynchronous::LATER_BOUNDED, |key| (key), most: MOST),
    subject!(LaterPool, later asynchronous::later_pool, asynchronous::LATER_POOL, |key| (key), most: None),
];
