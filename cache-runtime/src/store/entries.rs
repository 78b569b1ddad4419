//! The entries of one function: what is looked up, what is kept, what leaves.

use std::any::Any;
use std::sync::atomic;
use std::sync::{Arc, Weak};

use crate::key::Key;
use crate::observe::counters::Counters;
use crate::observe::outcome::Refresh;
#[cfg(feature = "metrics")]
use crate::observe::telemetry;
use crate::store::entry_tags::Tags;
use crate::store::eviction::budget::{Budget, MakesRoom};
use crate::store::eviction::policy::Policy;
use crate::store::eviction::recency::Recency;
use crate::store::eviction::uses::Ticket;
use crate::store::index::Index;
use crate::store::limits::Limits;
use crate::store::options::Options;
use crate::store::retirement::{Retired, TooHeavy};
use crate::store::state::StoreState;
use crate::sys::ids::next_id;
use crate::sys::moment::Moment;
#[cfg(feature = "metrics")]
use crate::sys::panics::contain;
use crate::sys::sync::{AtomicBool, Mutex, Ordering};
use crate::value::dependencies::ForgetsSessions;
use crate::value::removal::RemovalCause;
use crate::value::stored_entry::StoredEntry;
use crate::value::thread_local::Closable;

pub(crate) struct Store {
    /// Of the function.
    pub(crate) name: &'static str,
    /// As they were when it was made; those that [`Limits`] knows are to be asked for by
    /// [`options_now`](Self::options_now).
    pub(crate) options: Options,
    pub(super) limits: Limits,
    pub(super) index: Index,
    /// Guards every change of the index and the policy, so that a load that ends, a clear and an eviction come one
    /// after the other. A hit does not take it.
    pub(super) state: Mutex<StoreState>,
    /// The uses the policy is to hear of.
    pub(super) recency: Recency,
    /// Is what stands in the index beside an entry good for as long as it stands there? An entry with a lifetime of its
    /// own has nothing there.
    pub(super) serves_copies: AtomicBool,
    /// Has any key variants? Then look-ups have to ask the state.
    pub(super) has_variants: AtomicBool,
    /// Had any key ever variants?
    pub(super) has_read: AtomicBool,
    pub(crate) counters: Arc<Counters>,
    /// The bound that it shares, if its values are weighed.
    pub(super) budget: Option<Arc<Budget>>,
    /// When the entry was used that goes first there; `u64::MAX` if there is none.
    pub(super) oldest: Arc<atomic::AtomicU64>,
}

impl Store {
    pub(crate) fn new(name: &'static str, options: Options, counters: Arc<Counters>) -> Self {
        let index = Index::new();
        if options.has_bounds() {
            index.note_uses();
        }
        let recency = Recency::new(options.has_bounds(), options.eviction);
        Self {
            name,
            options,
            limits: Limits::new(),
            index,
            state: Mutex::new(StoreState::default()),
            recency,
            serves_copies: AtomicBool::new(options.ttl.is_none() && options.time_to_idle.is_none()),
            has_variants: AtomicBool::new(false),
            has_read: AtomicBool::new(false),
            counters,
            budget: None,
            oldest: Arc::new(atomic::AtomicU64::new(u64::MAX)),
        }
    }

    /// The store, sharing a bound with others if its values are weighed.
    pub(crate) fn under(mut self, budget: &Arc<Budget>) -> Arc<Self> {
        if !self.options.is_weighed() {
            return Arc::new(self);
        }
        self.budget = Some(Arc::clone(budget));
        let store = Arc::new_cyclic(|store| {
            self.recency.share(Arc::clone(budget), Weak::clone(store) as Weak<dyn MakesRoom>);
            self
        });
        budget.enlist(Arc::downgrade(&store) as Weak<dyn MakesRoom>, Arc::clone(&store.oldest));
        store
    }

    /// Keeps what a load made.
    pub(crate) fn keep(
        self: &Arc<Self>,
        state: &mut StoreState,
        retired: &mut Retired,
        base: Key,
        kept: &Arc<StoredEntry>,
        (weight, tags): (usize, Option<Tags>),
    ) {
        if self.is_place_for(kept) {
            let key = self.clear_the_way(state, retired, base, kept);
            self.put(state, retired, key, Arc::clone(kept), weight);
            self.tag(state, key, tags);
        }
    }

    /// Do all the sessions go on that it depends on? They know then that it is here.
    fn is_place_for(self: &Arc<Self>, kept: &StoredEntry) -> bool {
        let recorded = kept.record.get().ok().flatten();
        let shared = || Arc::clone(self) as Arc<dyn ForgetsSessions>;
        recorded.iter().flat_map(|recorded| &recorded.reads).all(|read| read.source.is_kept_in(&shared()))
    }

    /// The entry that was just put in has these tags, unless it has left again.
    pub(super) fn tag(&self, state: &mut StoreState, key: Key, tags: Option<Tags>) {
        if self.options.entry_tags && self.index.with(&key, |_| ()).is_some() {
            state.tags.came(key, tags);
        }
    }

    /// Makes the way to an entry, and takes out what nothing leads to any more; hands back its key.
    pub(super) fn clear_the_way(
        &self,
        state: &mut StoreState,
        retired: &mut Retired,
        base: Key,
        kept: &StoredEntry,
    ) -> Key {
        let (key, cut) = self.make_way(state, base, kept);
        self.take_out_cut(state, retired, &cut);
        key
    }

    /// Makes the way to an entry; hands back its key, and those of what nothing leads to any more.
    fn make_way(&self, state: &mut StoreState, base: Key, kept: &StoredEntry) -> (Key, Vec<Key>) {
        let recorded = kept.record.get().ok().flatten();
        let reads = recorded.as_ref().map_or(&[][..], |recorded| &recorded.reads);
        if reads.is_empty() && state.variants.is_empty() {
            return (base, Vec::new());
        }
        self.has_read.fetch_or(!reads.is_empty(), Ordering::Release);
        let grown = state.variants.grow(base, reads);
        self.has_variants.store(!state.variants.is_empty(), Ordering::Release);
        grown
    }

    fn take_out_cut(&self, state: &mut StoreState, retired: &mut Retired, cut: &[Key]) {
        for key in cut {
            self.take_out_any(state, retired, key, RemovalCause::Replaced);
        }
    }

    /// The tags of the entries among these; `None` if there is none, or one of which nobody knows them.
    fn tags_of<'a>(&self, state: &StoreState, keys: impl Iterator<Item = &'a Key>) -> Option<Tags> {
        let kept = keys.filter(|key| self.options.entry_tags && self.index.with(key, |_| ()).is_some());
        let tags: Vec<_> = kept.map(|key| state.tags.of(key)).collect::<Option<_>>()?;
        (!tags.is_empty()).then(|| tags.concat())
    }

    /// A value that was still good was to be replaced.
    pub(crate) fn refreshed(&self, refresh: Refresh) {
        self.counters.refreshed(refresh);
        #[cfg(feature = "metrics")]
        contain(|| telemetry::refreshed(self.name, refresh));
    }

    /// The one way to change what is kept.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut StoreState, &mut Retired) -> R) -> R {
        let (result, retired) = self.change_and_hold(change);
        drop(retired);
        result
    }

    /// A change, of which what leaves is handed back, to be let go by dropping it when nothing waits for that.
    pub(crate) fn change_and_hold<R>(&self, change: impl FnOnce(&mut StoreState, &mut Retired) -> R) -> (R, Retired) {
        let (result, mut retired) = self.change_alone(change);
        if let Some(budget) = &self.budget {
            budget.make_room(&mut retired);
        }
        (result, retired)
    }

    /// A change, whatever it comes to in the bound that is shared.
    pub(super) fn change_alone<R>(&self, change: impl FnOnce(&mut StoreState, &mut Retired) -> R) -> (R, Retired) {
        let mut retired = Retired::default();
        let mut state = self.state.lock();
        #[cfg(feature = "metrics")]
        let before = self.index.len();
        let weight = |state: &StoreState| state.policy.as_ref().map_or(0, Policy::weight);
        let budget = self.budget.as_ref().map(|budget| (budget, weight(&state)));
        let result = change(&mut state, &mut retired);
        if retired.has_entries() {
            for (cause, count) in retired.counts() {
                self.counters.evicted(cause, count);
            }
        }
        #[cfg(feature = "metrics")]
        if self.counters.count_entries(before, self.index.len()) || retired.has_entries() {
            retired.changed = Some((self.name, Arc::clone(&self.counters)));
        }
        if let Some((budget, before)) = budget {
            budget.changed(before, weight(&state));
            let oldest = state.policy.as_ref().map_or(u64::MAX, |policy| policy.oldest(budget.newest()));
            self.oldest.store(oldest, Ordering::Relaxed);
        }
        drop(state);
        (result, retired)
    }

    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn has_no_loads(&self) -> bool {
        self.state.lock().is_idle()
    }

    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn epoch(&self, key: Key) -> u64 {
        self.index.epoch(key)
    }

    /// Puts an entry in place of what was there.
    pub(crate) fn put(
        &self,
        state: &mut StoreState,
        retired: &mut Retired,
        key: Key,
        kept: Arc<StoredEntry>,
        weight: usize,
    ) {
        let used = self.budget.as_ref().map_or(0, |_| next_id());
        let ticket = Ticket { weight: weight as u64, deadline: self.useless_from(&kept), used };
        let max_bytes =
            self.options.max_bytes.unwrap_or(u64::MAX).min(self.budget.as_deref().map_or(u64::MAX, Budget::max));
        if ticket.weight > max_bytes {
            // It alone is too much: nothing has to make room for it, and what it would replace is out of date.
            self.take_out_any(state, retired, &key, RemovalCause::Replaced);
            state.prune(&kept);
            self.counters.too_heavy.one();
            let (function, counters) = (self.name, Arc::clone(&self.counters));
            retired.refuse(kept, Some(TooHeavy { function, counters, weight: ticket.weight, max_bytes }));
            return;
        }
        if !self.has_bounds() && ticket.deadline == Moment::NEVER && state.policy.is_none() {
            self.replace(retired, key, kept);
            return;
        }
        self.recency.take_turn();
        if let Some(budget) = &self.budget {
            budget.admit(ticket.used);
        }
        // In the order of what happened: the uses before, then the newcomer.
        self.tell_uses(state.policy.get_or_insert_with(|| Policy::new(&self.options_now())));
        self.replace(retired, key, kept);
        if let Some(policy) = &mut state.policy {
            policy.admit(key, ticket, &mut |key| self.take_mark(key));
        }
        self.let_go_few_due(state, retired);
        if state.policy.as_ref().is_some_and(Policy::is_over_bounds) {
            self.let_go_excess(state, retired);
        }
    }

    pub(super) fn replace(&self, retired: &mut Retired, key: Key, kept: Arc<StoredEntry>) {
        kept.value.is_put();
        let before = self.index.insert(key, kept);
        let cause = match &before {
            Some(before) if self.has_ended(before) => RemovalCause::Expired,
            _ => RemovalCause::Replaced,
        };
        retired.add(cause, before);
    }

    /// Takes an entry out, if it is still this one.
    pub(crate) fn take_out(
        &self,
        state: &mut StoreState,
        retired: &mut Retired,
        (key, id): (&Key, u64),
        cause: RemovalCause,
    ) {
        if self.current_id(key) == Some(id) {
            self.take_out_any(state, retired, key, cause);
        }
    }

    pub(super) fn take_out_any(&self, state: &mut StoreState, retired: &mut Retired, key: &Key, cause: RemovalCause) {
        if let Some(policy) = &mut state.policy {
            policy.forget(key);
        }
        self.take_out_known(state, retired, key, cause);
    }

    /// Takes an entry out of which the policy knows that it leaves.
    pub(super) fn take_out_known(&self, state: &mut StoreState, retired: &mut Retired, key: &Key, cause: RemovalCause) {
        let Some(kept) = self.index.remove(key) else { return };
        state.prune(&kept);
        state.tags.left(key);
        retired.add(cause, [kept]);
    }

    pub(super) fn take_away(&self, change: impl FnOnce(&mut StoreState, &mut Retired)) -> Retired {
        self.change_and_hold(change).1
    }

    /// Keeps a value for these arguments in place of all that was kept, or of what was kept for the reads beside it.
    pub(crate) fn prime(self: &Arc<Self>, base: Key, kept: Arc<StoredEntry>, weight: usize) {
        self.change(|state, retired| {
            if state.is_closed || !self.is_place_for(&kept) {
                retired.refuse(kept, None);
                return;
            }
            state.loads.strike_out(base);
            if !self.options.memory {
                // The tier below has it.
                retired.refuse(kept, None);
                return;
            }
            // An entry under the same key is replaced: nobody finds it absent meanwhile.
            let (key, cut) = self.make_way(state, base, &kept);
            // No body says what tags it has: those of what was there, made of the same arguments.
            let tags = self.tags_of(state, cut.iter().chain([&key]));
            self.take_out_cut(state, retired, &cut);
            self.put(state, retired, key, kept, weight);
            self.tag(state, key, tags);
        });
    }
}

impl Closable for Store {
    fn close(&self) -> Box<dyn Any> {
        Box::new(Self::close(self))
    }

    fn is_closed(&self) -> bool {
        self.state.lock().is_closed
    }
}

impl ForgetsSessions for Store {
    fn forget_session(&self, session: Key) -> Box<dyn Any> {
        Box::new(Self::forget_session(self, session))
    }
}

impl MakesRoom for Store {
    fn note_uses_anew(&self) {
        self.recency.note_anew();
    }

    fn let_go_oldest(&self, up_to: u64, weight: u64) -> Retired {
        self.let_go_used_up_to(up_to, weight)
    }
}
