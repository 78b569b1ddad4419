//! Looks at kept values that run on this thread: `validate`, which may call the function whose value it looks at, and
//! would be asked about that again without end.

use std::cell::RefCell;

use crate::context::frame;
use crate::key::Key;

thread_local! {
    static CHECKS: RefCell<Vec<(usize, Key)>> = const { RefCell::new(Vec::new()) };
}

/// This entry is being looked at around this call.
pub(crate) struct Recursive;

/// Looks at the entry of a key in the store at an address.
pub(crate) fn check<R>(store: usize, key: Key, look: impl FnOnce() -> R) -> Result<R, Recursive> {
    let entry = (store, key);
    let is_known = CHECKS.try_with(|checks| {
        let mut checks = checks.borrow_mut();
        let is_known = checks.contains(&entry);
        checks.push(entry);
        is_known
    });
    let _checked = Checked;
    match is_known {
        Ok(true) => Err(Recursive),
        Ok(false) => Ok(look()),
        // The thread ends, and its list is gone: there are frames still.
        Err(_) => frame::making_at(store, look).ok_or(Recursive),
    }
}

struct Checked;

impl Drop for Checked {
    fn drop(&mut self) {
        // Where the thread ends there is nothing to take back.
        let _ = CHECKS.try_with(|checks| checks.borrow_mut().pop());
    }
}
