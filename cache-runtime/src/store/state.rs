//! Everything of a store that changes, which its lock guards.

use crate::context::run::Run;
use crate::store::entry_tags::{EntryTags, Tags};
use crate::store::eviction::policy::Policy;
use crate::store::loads::Loads;
use crate::store::variants::Variants;
use crate::sys::ids::Ids;
use crate::value::stored_entry::StoredEntry;

#[derive(Default)]
pub(crate) struct StoreState {
    pub(super) loads: Loads,
    /// For loads: those that begin later have greater ones.
    pub(super) load_ids: Ids,
    /// The ways to entries that depend on more than arguments.
    pub(crate) variants: Variants,
    /// Which entries have which tags of their own.
    pub(crate) tags: EntryTags,
    /// The store is that of a session or a thread that is over.
    pub(crate) is_closed: bool,
    /// Other stores are being cleared together with this one: until all are, no load begins.
    pub(crate) is_being_cleared: bool,
    /// Built when the first entry needs it.
    pub(crate) policy: Option<Policy>,
}

impl StoreState {
    /// Does nothing run, and has nothing been left behind?
    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn is_idle(&self) -> bool {
        self.loads.is_idle() && self.tags.is_idle()
    }

    /// An entry left: the way to it is not needed any more.
    pub(crate) fn prune(&mut self, kept: &StoredEntry) {
        if let Ok(Some(recorded)) = kept.record.get() {
            self.variants.prune(recorded.base, &recorded.reads);
        }
    }

    /// Takes down the tags of what a load will make; not while other stores are being cleared.
    pub(crate) fn tell_tags(&mut self, run: &Run, tags: &mut Option<Tags>) -> bool {
        if !self.is_being_cleared {
            self.tags.said(run.key(), run.id, tags.take());
        }
        !self.is_being_cleared
    }

    /// Whatever runs for an entry that may have this tag is not to be kept.
    pub(super) fn strike_out_tagged(&mut self, tag: &str) {
        let Self { loads, tags, .. } = self;
        loads.strike_out_if(|key, _| tags.may_come(tag, key));
    }
}
