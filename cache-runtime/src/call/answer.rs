//! A call on the long way to its answer.

use crate::call::report::Report;
use crate::context::frame;
use crate::context::trace::Places;
use crate::function::handle::HandleCore;
use crate::function::stores::StoreRef;
use crate::key::Key;
use crate::observe::outcome::Outcome;
use crate::sys::mode::Mode;
use crate::thread::flags::{BYPASS, Flags, VERIFY};
use crate::value::stored_entry::StoredEntry;

/// A call that was not answered on the short way of a hit. Its steps are out of line, so that functions which keep the
/// same type share them.
pub(super) struct Answer<'a, V, S> {
    pub(super) handle: &'a HandleCore<V>,
    pub(super) shape: S,
    pub(super) key: Key,
    /// None where the function has no place to keep anything.
    pub(super) home: Option<StoreRef>,
    pub(super) flags: Flags,
    pub(super) places: Places,
    /// The short way of a hit has found that nothing is kept.
    pub(super) is_absent: bool,
}

impl<'a, V, S> Answer<'a, V, S> {
    #[inline(never)]
    pub(super) fn new(handle: &'a HandleCore<V>, shape: S, key: Key, is_absent: bool) -> Self {
        let home = handle.function.home(handle.options);
        let places = Places::take(handle.function.name());
        let flags = match Mode::get() {
            Mode::AsAlways => frame::flags(),
            Mode::Off => frame::flags().with(BYPASS),
            Mode::Verify(_) => frame::flags().with(VERIFY),
        };
        Self { handle, shape, key, home, flags, places, is_absent }
    }

    pub(super) fn tell(&self, outcome: Outcome, entry: Option<&StoredEntry>) {
        let function = self.handle.function;
        // Also where there is no place for it calls are counted.
        let elsewhere = if self.home.is_none() { function.counters() } else { None };
        let counters = self.home.as_ref().map(|home| &*home.counters).or(elsewhere.as_deref());
        let report = Report { function: function.name(), counters, places: &self.places };
        report.tell(outcome, entry, None);
    }
}
