//! A clear of several stores that is one clear.
//!
//! One cached function may call another. Cleared one after the other, the first could be loaded again from what the
//! second has not forgotten yet, and would keep that. So all are emptied before a load begins in any of them, and what
//! left is let go after that: it runs the user's code, which may call the functions.

use std::sync::Arc;

use crate::store::entries::Store;

#[cfg(not(cache_runtime_loom))]
static CLEARS: crate::sys::sync::Mutex<()> = crate::sys::sync::Mutex::new(());

#[cfg(cache_runtime_loom)]
loom::lazy_static! {
    static ref CLEARS: crate::sys::sync::Mutex<()> = crate::sys::sync::Mutex::new(());
}

/// A store that is to be emptied.
pub(crate) struct ToClear {
    pub(crate) store: Arc<Store>,
    /// Only of what has the tag by itself.
    pub(crate) by_tag: bool,
    /// May it take in something from the tier below?
    pub(crate) is_persistent: bool,
}

/// Empties the stores that `list` gives, some of what has `tag` only, and with `clear_below` the tier below them.
/// Nobody who begins a load later comes by anything that was made before.
pub(crate) fn clear(tag: Option<&str>, list: impl FnOnce() -> Vec<ToClear>, clear_below: impl FnOnce()) {
    // Retired entries are let go last, with nothing locked.
    let mut retired = Vec::new();
    let alone = CLEARS.lock();
    let opening: Vec<_> = list().into_iter().map(Opening).collect();
    let begin = |ToClear { store, by_tag, .. }: &ToClear| store.begin_clear(tag.filter(|_| *by_tag));
    retired.extend(opening.iter().map(|opening| begin(&opening.0)));
    // Stores in memory alone are done; the tier below may take its time.
    let (persistent, others): (Vec<_>, Vec<_>) = opening.into_iter().partition(|opening| opening.0.is_persistent);
    drop(others);
    clear_below();
    drop(persistent);
    drop(alone);
}

/// Opens a store for loads when it is dropped.
struct Opening(ToClear);

impl Drop for Opening {
    fn drop(&mut self) {
        self.0.store.end_clear();
    }
}

/// Waits for the clear that goes on. No code of the user's runs in it.
pub(crate) fn wait() {
    drop(CLEARS.lock());
}

/// Runs `f` while nothing is being cleared: a store that is made then belongs to no clear that began before.
pub(crate) fn between<R>(f: impl FnOnce() -> R) -> R {
    let _alone = CLEARS.lock();
    f()
}
