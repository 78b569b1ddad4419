//! Why a value leaves the cache, and who is told.

use crate::sys::panics::contain;

/// Why a value left the cache, for `on_evict`.
///
/// ```
/// use std::sync::Mutex;
///
/// use cache_runtime::{RemovalCause, cache_data};
///
/// static GONE: Mutex<Vec<(u32, RemovalCause)>> = Mutex::new(Vec::new());
///
/// #[cache_data(max_entries = 2, on_evict = |square, cause| GONE.lock().unwrap().push((*square, cause)))]
/// fn square(x: u32) -> u32 {
///     x * x
/// }
///
/// for x in 1..=3 {
///     square(x);
/// }
/// SQUARE.entry(3).clear();
/// assert_eq!(*GONE.lock().unwrap(), [(1, RemovalCause::Bound), (9, RemovalCause::Cleared)]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum RemovalCause {
    /// A bound was reached, `max_entries` or `max_bytes`.
    Bound,
    /// Its lifetime was over, and past that nothing could make use of it any more; or a newer value came then.
    Expired,
    /// It was cleared: by itself, with its function, by a tag or with all of its family; or it was removed, or not
    /// [retained](crate::CachedFn#method.retain).
    Cleared,
    /// `validate` said no, or `check_mutation` found it changed.
    Invalid,
    /// A newer value came within its lifetime, or it was for something that the body does not read any more.
    Replaced,
    /// The session or the thread for which it was kept has ended.
    ScopeEnded,
}

impl RemovalCause {
    pub(crate) const ALL: [Self; 6] =
        [Self::Bound, Self::Expired, Self::Cleared, Self::Invalid, Self::Replaced, Self::ScopeEnded];
}

/// Who is told of a value that leaves.
pub(crate) struct Listeners<V> {
    pub(crate) on_evict: Option<fn(&V, RemovalCause)>,
    pub(crate) on_release: Option<fn(&V)>,
}

impl<V> Listeners<V> {
    /// Tells all. A panic of one (this runs the user's code) does not keep others from being told.
    pub(crate) fn tell(&self, value: &V, cause: RemovalCause) {
        if let Some(on_evict) = self.on_evict {
            contain(|| on_evict(value, cause));
        }
        if let Some(on_release) = self.on_release {
            contain(|| on_release(value));
        }
    }
}
