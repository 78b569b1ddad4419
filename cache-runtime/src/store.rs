//! The entries of one function: what is looked up, what is kept, what leaves.

use std::sync::atomic;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::budget::Budget;
use crate::clock::Moment;
use crate::counters::{Counters, Refresh};
use crate::entry_tags::Tags;
use crate::flight::Flight;
use crate::hazard::Guards;
use crate::hooks::Hooks;
use crate::index::Index;
use crate::jitter::Share;
use crate::kept::{Freshness, Kept, Times};
use crate::key::Key;
use crate::ledger::{Keys, Ledger};
use crate::limits::{Limit, Limits};
use crate::options::Options;
use crate::panics::contain;
use crate::policy::{Policy, Ticket};
use crate::recency::Recency;
use crate::record::Read;
use crate::removal::RemovalCause;
use crate::sync::{AtomicBool, Mutex, Ordering};
use crate::table::{About, Found, Near};
use crate::telemetry;
use crate::thread::Thread;

/// A use within this fraction of `time_to_idle` of the last noted one is not noted: hits do not write to what all
/// threads read more often than that.
const IDLE_STEPS: u32 = 1024;

pub(crate) struct Store {
    /// Of the function.
    pub(crate) name: &'static str,
    /// As they were when it was made; those that [`Limits`] knows are to be asked for by [`options_now`](Self::options_now).
    pub(crate) options: Options,
    limits: Limits,
    index: Index,
    /// Guards every change of the index and the policy, so that a load that ends, a clear and an eviction come one
    /// after the other. A hit does not take it.
    ledger: Mutex<Ledger>,
    /// The uses the policy is to hear of.
    recency: Recency,
    /// Is any way branched? Then look-ups have to ask the ledger.
    has_branches: AtomicBool,
    /// Was any way ever branched?
    has_read: AtomicBool,
    pub(crate) counters: Arc<Counters>,
    /// What it shares a bound by, if its values are weighed.
    budget: Option<&'static Budget>,
    /// When the entry was used that goes first there; `u64::MAX` if there is none.
    oldest: Arc<atomic::AtomicU64>,
}

/// Of what is due, a miss lets go this much and leaves the rest to the next: none should be slow because many entries
/// end together.
const DUE_PER_MISS: usize = 8;

/// What left the cache under the ledger's lock, to be let go when the lock is free: that runs the users' code.
#[derive(Default)]
pub(crate) struct Leaving {
    entries: Vec<(Arc<Kept>, RemovalCause)>,
    /// What was to be kept and is not: nobody is told of it.
    refused: Vec<Arc<Kept>>,
    policy: Option<Policy>,
    too_heavy: Option<TooHeavy>,
    /// What left other stores, because all have one bound.
    others: Vec<Leaving>,
    /// How many leave, by cause.
    counts: [u64; RemovalCause::ALL.len()],
    /// The function whose number of entries has changed. Whoever is told of that is told when nothing is locked: the
    /// recorder of metrics is the user's code.
    #[cfg(feature = "metrics")]
    changed: Option<(&'static str, Arc<Counters>)>,
}

/// A value that alone is heavier than the bound.
struct TooHeavy {
    function: &'static str,
    counters: Arc<Counters>,
    weight: u64,
    max_bytes: u64,
}

impl TooHeavy {
    fn tell(&self) {
        let Self { function, counters, weight, max_bytes } = self;
        contain(|| telemetry::too_heavy(function));
        if !counters.has_warned_of_weight.swap(true, Ordering::Relaxed) {
            contain(|| telemetry::warn_of_weight(function, *weight, *max_bytes));
        }
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        #[cfg(feature = "metrics")]
        if let Some((function, counters)) = self.changed.take() {
            for (cause, count) in self.counts() {
                contain(|| telemetry::evicted(function, cause, count));
            }
            contain(|| counters.tell_entries(function));
        }
        if let Some(too_heavy) = self.too_heavy.take() {
            too_heavy.tell();
        }
        drop(self.policy.take());
        let any_is_lent = self.entries.iter().any(|(kept, _)| kept.value.is_lent());
        let guards = if any_is_lent { Guards::now() } else { Guards::NONE };
        for (kept, cause) in self.entries.drain(..) {
            kept.value.release(&guards, cause);
            kept.record.release();
        }
        for kept in self.refused.drain(..) {
            contain(|| drop(kept));
        }
    }
}

impl Leaving {
    fn add(&mut self, cause: RemovalCause, kept: impl IntoIterator<Item = Arc<Kept>>) {
        let before = self.entries.len();
        self.entries.extend(kept.into_iter().map(|kept| (kept, cause)));
        self.counts[cause as usize] += (self.entries.len() - before) as u64;
    }

    /// The causes by which any leave, and how many.
    fn counts(&self) -> impl Iterator<Item = (RemovalCause, u64)> + use<> {
        let counts = self.counts;
        RemovalCause::ALL.into_iter().map(move |cause| (cause, counts[cause as usize])).filter(|(_, count)| *count > 0)
    }

    /// What left other stores.
    pub(crate) fn add_others(&mut self, others: Vec<Self>) {
        self.others.extend(others);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.refused.is_empty() && self.policy.is_none() && self.others.is_empty()
    }
}

/// An id that no other entry and no other load has.
pub(crate) fn next_id() -> u64 {
    static NEXT: atomic::AtomicU64 = atomic::AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Store {
    pub(crate) fn new(name: &'static str, options: Options, counters: Arc<Counters>) -> Self {
        let recency = Recency::new(options.has_bounds());
        Self {
            name,
            options,
            limits: Limits::new(),
            index: Index::new(),
            ledger: Mutex::new(Ledger::default()),
            recency,
            has_branches: AtomicBool::new(false),
            has_read: AtomicBool::new(false),
            counters,
            budget: None,
            oldest: Arc::new(atomic::AtomicU64::new(u64::MAX)),
        }
    }

    /// The store, sharing a bound with others if its values are weighed.
    pub(crate) fn under(mut self, budget: &'static Budget) -> Arc<Self> {
        if !self.options.is_weighed() {
            return Arc::new(self);
        }
        self.budget = Some(budget);
        let store = Arc::new_cyclic(|store| {
            self.recency.share(budget, Weak::clone(store));
            self
        });
        budget.enlist(Arc::downgrade(&store), Arc::clone(&store.oldest));
        store
    }

    /// The value, if the thread has it at hand: without a lock, and without a clock where there is no lifetime.
    #[inline(always)]
    pub(crate) fn hit_near<V>(&self, thread: &'static Thread, key: Key, near: Near<V>) -> Option<Found<'static, V>> {
        let epoch = self.index.epoch();
        let slot = thread.table.find(key, epoch)?;
        if !self.recency.is_noted(slot.noted()) {
            slot.note(self.recency.note(&self.index, key));
        }
        let found = slot.value(near, thread, || self.index.epoch() == epoch)?;
        self.counters.hits.one(slot.hits());
        Some(found)
    }

    /// The value, if it is fresh: still without a lock.
    ///
    /// Out of line: the compiler may inline what is on the shortest way where the function is called.
    #[inline(never)]
    pub(crate) fn hit<V>(&self, thread: &Thread, key: Key, hooks: &Hooks<V>) -> Option<V> {
        // Read first: what leaves after this may still be found, but what is put into the table is then not found there.
        let epoch = self.index.epoch();
        self.index.with(&key, |kept| {
            if kept.record.is_some() {
                return None;
            }
            let noted = if self.lives_for_ever(kept) {
                self.note_use(key, kept)
            } else {
                let now = Moment::now();
                if self.freshness(kept, now) != Freshness::Fresh {
                    return None;
                }
                self.note_use_at(key, kept, now)
            };
            let value = (hooks.keeping.hand_out)(kept)?;
            let hits = self.counters.hits.of(thread);
            // Of idle time every use has to be noted in the entry.
            if self.options.time_to_idle.is_none()
                && epoch != 0
                && thread.table.wants(hooks.keeping.near)
                && let Some(room) = hooks.keeping.near.room(kept, &value, || self.index.epoch() == epoch)
            {
                let about = About { epoch, until: kept.times.fresh_until.min(self.end(kept)), noted, hits };
                thread.table.put(key, room, &about);
            }
            self.counters.hits.one(hits);
            Some(value)
        })?
    }

    /// The key to look up here and now, for these arguments.
    pub(crate) fn walk(&self, base: Key) -> Keys {
        let is_plain = !self.has_branches.load(Ordering::Acquire);
        let full = if is_plain { base } else { self.ledger.lock().branches.walk(base) };
        Keys { base, full }
    }

    /// What a body would read for these arguments here and now, as far as that is known, and whether there is an entry by
    /// which it is; `None` if no body ever read anything.
    pub(crate) fn known_reads(&self, base: Key) -> Option<(Vec<Read>, bool)> {
        self.has_read.load(Ordering::Acquire).then(|| {
            let (reads, key) = self.ledger.lock().branches.reads(base);
            let is_kept = self.index.with(&key, |_| ()).is_some();
            (reads, is_kept)
        })
    }

    /// Keeps what a load made.
    pub(crate) fn keep(
        self: &Arc<Self>,
        ledger: &mut Ledger,
        leaving: &mut Leaving,
        base: Key,
        kept: &Arc<Kept>,
        (weight, tags): (usize, Option<Tags>),
    ) {
        if self.is_place_for(kept) {
            let key = self.clear_the_way(ledger, leaving, base, kept);
            self.put(ledger, leaving, key, Arc::clone(kept), weight);
            self.tag(ledger, key, tags);
        }
    }

    /// Do all the sessions go on that it depends on? They know then that it is here.
    fn is_place_for(self: &Arc<Self>, kept: &Kept) -> bool {
        let recorded = kept.record.get().ok().flatten();
        recorded.iter().flat_map(|recorded| &recorded.reads).all(|read| read.source.is_kept_in(self))
    }

    /// What was just put in has these tags, unless it has left again.
    fn tag(&self, ledger: &mut Ledger, key: Key, tags: Option<Tags>) {
        if self.options.entry_tags && self.index.with(&key, |_| ()).is_some() {
            ledger.tags.came(key, tags);
        }
    }

    /// Makes the way to an entry, and takes out what nothing leads to any more; hands back its key.
    fn clear_the_way(&self, ledger: &mut Ledger, leaving: &mut Leaving, base: Key, kept: &Kept) -> Key {
        let (key, cut) = self.make_way(ledger, base, kept);
        self.take_out_cut(ledger, leaving, &cut);
        key
    }

    /// Makes the way to an entry; hands back its key, and those of what nothing leads to any more.
    fn make_way(&self, ledger: &mut Ledger, base: Key, kept: &Kept) -> (Key, Vec<Key>) {
        let recorded = kept.record.get().ok().flatten();
        let reads = recorded.as_ref().map_or(&[][..], |recorded| &recorded.reads);
        if reads.is_empty() && ledger.branches.is_empty() {
            return (base, Vec::new());
        }
        self.has_read.fetch_or(!reads.is_empty(), Ordering::Release);
        let grown = ledger.branches.grow(base, reads);
        self.has_branches.store(!ledger.branches.is_empty(), Ordering::Release);
        grown
    }

    fn take_out_cut(&self, ledger: &mut Ledger, leaving: &mut Leaving, cut: &[Key]) {
        for key in cut {
            self.take_out_any(ledger, leaving, key, RemovalCause::Replaced);
        }
    }

    /// The tags of the entries among these; `None` if there is none, or one of which nobody knows them.
    fn tags_of<'a>(&self, ledger: &Ledger, keys: impl Iterator<Item = &'a Key>) -> Option<Tags> {
        let kept = keys.filter(|key| self.options.entry_tags && self.index.with(key, |_| ()).is_some());
        let tags: Vec<_> = kept.map(|key| ledger.tags.of(key)).collect::<Option<_>>()?;
        (!tags.is_empty()).then(|| tags.concat())
    }

    /// What is kept for a key, and what it is worth now.
    pub(crate) fn look(&self, key: Key) -> Option<(Arc<Kept>, Freshness)> {
        let kept = self.index.get(&key)?;
        let freshness = self.freshness(&kept, Moment::now());
        Some((kept, freshness))
    }

    /// [`look`](Self::look) at what is kept for these arguments.
    pub(crate) fn look_up(&self, base: Key) -> Option<(Arc<Kept>, Freshness)> {
        self.look(self.walk(base).full)
    }

    /// The entry was used: whoever decides what goes next should know.
    pub(crate) fn used(&self, key: Key, kept: &Kept) {
        if self.lives_for_ever(kept) {
            self.note_use(key, kept);
        } else {
            self.note_use_at(key, kept, Moment::now());
        }
    }

    fn lives_for_ever(&self, kept: &Kept) -> bool {
        kept.times.fresh_until == Moment::NEVER && self.options.time_to_idle.is_none() && self.limits.ttl().is_none()
    }

    fn note_use(&self, key: Key, kept: &Kept) -> u64 {
        self.recency.note_entry(&self.index, key, kept)
    }

    fn note_use_at(&self, key: Key, kept: &Kept, now: Moment) -> u64 {
        if let Some(time_to_idle) = self.options.time_to_idle
            && now.since(kept.last_used()) > time_to_idle / IDLE_STEPS
        {
            kept.use_at(now);
        }
        self.note_use(key, kept)
    }

    fn freshness(&self, kept: &Kept, now: Moment) -> Freshness {
        let end = self.end(kept);
        if now < kept.times.fresh_until.min(end) {
            Freshness::Fresh
        } else if now < end {
            Freshness::Stale
        } else if now < self.useless_from(kept) {
            Freshness::Fallback
        } else {
            Freshness::Dead
        }
    }

    /// A value that was still good was to be replaced.
    pub(crate) fn refreshed(&self, refresh: Refresh) {
        self.counters.refreshed(refresh);
        #[cfg(feature = "metrics")]
        contain(|| telemetry::refreshed(self.name, refresh));
    }

    pub(crate) fn options_now(&self) -> Options {
        self.limits.of(self.options)
    }

    fn has_bounds(&self) -> bool {
        self.options.has_bounds() || self.limits.max_entries().is_some()
    }

    /// Sets something that holds from now on, for what is kept too.
    pub(crate) fn limit(&self, limit: Limit) -> Leaving {
        self.take_away(|ledger, leaving| {
            // Uses count by the bounds under which they were.
            if let Some(policy) = &mut ledger.policy {
                self.tell_uses(policy);
            }
            let had_bounds = self.has_bounds();
            self.limits.set(limit);
            if !had_bounds && self.has_bounds() {
                self.recency.begin(&self.index);
            }
            let before = ledger.policy.take();
            ledger.policy = Some(self.policy_of_all(before.as_ref().filter(|_| had_bounds)));
            leaving.policy = before;
            // Threads have at hand until when a value was good.
            self.index.begin_epoch();
            self.enforce(ledger, leaving);
        })
    }

    /// A policy that knows all that is kept: in the order in which one knew it that had bounds, or they came.
    fn policy_of_all(&self, before: Option<&Policy>) -> Policy {
        let in_order: Vec<(Key, Ticket)> = if let Some(before) = before {
            before.tickets().collect()
        } else {
            let mut by_age = Vec::with_capacity(self.index.len());
            let ticket = |kept: &Kept| Ticket { weight: 0, deadline: Moment::NEVER, used: kept.id };
            self.index.for_each(|key, kept| by_age.push((*key, ticket(kept))));
            by_age.sort_unstable_by_key(|(_, ticket)| ticket.used);
            by_age
        };
        let mut policy = Policy::new(&self.options_now());
        for (key, ticket) in in_order {
            if let Some(deadline) = self.index.with(&key, |kept| self.useless_from(kept)) {
                policy.admit(key, Ticket { deadline, ..ticket });
            }
        }
        policy
    }

    pub(crate) fn is_live(&self, kept: &Kept, now: Moment) -> bool {
        matches!(self.freshness(kept, now), Freshness::Fresh | Freshness::Stale)
    }

    /// The end of an entry's lifetime.
    pub(crate) fn end(&self, kept: &Kept) -> Moment {
        let by_ttl = self.limits.ttl().map(|ttl| kept.times.stored_at.after(ttl));
        let by_use = self.options.time_to_idle.map(|time_to_idle| kept.last_used().after(time_to_idle));
        kept.times.expires_at.min(by_ttl.unwrap_or(Moment::NEVER)).min(by_use.unwrap_or(Moment::NEVER))
    }

    /// From when on an entry is not even better than an error.
    fn useless_from(&self, kept: &Kept) -> Moment {
        self.end(kept).after(self.options.stale_if_error.unwrap_or_default())
    }

    /// The times of a value stored now; `own` is the lifetime it asks for itself.
    pub(crate) fn times(&self, own: Option<Duration>, is_error: bool) -> Times {
        let stored_at = Moment::now();
        let lifetime = match self.options.error_ttl {
            Some(error_ttl) if is_error => Some(error_ttl),
            _ => own.into_iter().chain(self.limits.ttl().or(self.options.ttl)).min(),
        };
        let share = Share::draw(self.options.jitter);
        let expires_at = lifetime.map_or(Moment::NEVER, |lifetime| stored_at.after(share.of(lifetime)));
        let fresh = |time| stored_at.after(share.of(time)).min(expires_at);
        let fresh_until = self.options.refresh_after.map_or(expires_at, fresh);
        Times { stored_at, fresh_until, expires_at }
    }

    /// The one way to change what is kept.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut Ledger, &mut Leaving) -> R) -> R {
        let (result, leaving) = self.change_and_hold(change);
        drop(leaving);
        result
    }

    /// A change, of which what leaves is handed back, to be let go by dropping it when nothing waits for that.
    pub(crate) fn change_and_hold<R>(&self, change: impl FnOnce(&mut Ledger, &mut Leaving) -> R) -> (R, Leaving) {
        let (result, mut leaving) = self.change_alone(change);
        if let Some(budget) = self.budget {
            budget.make_room(&mut leaving);
        }
        (result, leaving)
    }

    /// A change, whatever it comes to in the bound that is shared.
    fn change_alone<R>(&self, change: impl FnOnce(&mut Ledger, &mut Leaving) -> R) -> (R, Leaving) {
        let mut leaving = Leaving::default();
        let mut ledger = self.ledger.lock();
        #[cfg(feature = "metrics")]
        let before = self.index.len();
        let weight = |ledger: &Ledger| ledger.policy.as_ref().map_or(0, Policy::weight);
        let budget = self.budget.map(|budget| (budget, weight(&ledger)));
        let result = change(&mut ledger, &mut leaving);
        for (cause, count) in leaving.counts() {
            self.counters.evicted(cause, count);
        }
        #[cfg(feature = "metrics")]
        if self.counters.count_entries(before, self.index.len()) || leaving.counts().next().is_some() {
            leaving.changed = Some((self.name, Arc::clone(&self.counters)));
        }
        if let Some((budget, before)) = budget {
            budget.changed(before, weight(&ledger));
            self.oldest.store(ledger.policy.as_ref().map_or(u64::MAX, Policy::oldest), Ordering::Relaxed);
        }
        drop(ledger);
        (result, leaving)
    }

    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn has_no_loads(&self) -> bool {
        self.ledger.lock().is_idle()
    }

    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn epoch(&self) -> u64 {
        self.index.epoch()
    }

    /// What is kept for a key, for those who hold the ledger.
    pub(crate) fn current(&self, key: &Key) -> Option<Arc<Kept>> {
        self.index.get(key)
    }

    /// Puts an entry in place of what was there.
    pub(crate) fn put(&self, ledger: &mut Ledger, leaving: &mut Leaving, key: Key, kept: Arc<Kept>, weight: usize) {
        let ticket = Ticket { weight: weight as u64, deadline: self.useless_from(&kept), used: kept.id };
        let max_bytes = self.options.max_bytes.unwrap_or(u64::MAX).min(self.budget.map_or(u64::MAX, Budget::max));
        if ticket.weight > max_bytes {
            // It alone is too much: nothing has to make room for it, and what it would replace is out of date.
            self.take_out_any(ledger, leaving, &key, RemovalCause::Replaced);
            ledger.prune(&kept);
            leaving.refused.push(kept);
            self.counters.too_heavy.one();
            let (function, counters) = (self.name, Arc::clone(&self.counters));
            leaving.too_heavy = Some(TooHeavy { function, counters, weight: ticket.weight, max_bytes });
            return;
        }
        if !self.has_bounds() && ticket.deadline == Moment::NEVER && ledger.policy.is_none() {
            self.replace(leaving, key, kept);
            return;
        }
        self.recency.take_turn();
        // In the order of what happened: the uses before, then the newcomer.
        self.tell_uses(ledger.policy.get_or_insert_with(|| Policy::new(&self.options_now())));
        self.replace(leaving, key, kept);
        if let Some(policy) = &mut ledger.policy {
            policy.admit(key, ticket);
        }
        self.let_go_due(ledger, leaving, DUE_PER_MISS);
        if ledger.policy.as_ref().is_some_and(Policy::is_over_bounds) {
            self.let_go_excess(ledger, leaving);
        }
    }

    fn replace(&self, leaving: &mut Leaving, key: Key, kept: Arc<Kept>) {
        kept.value.is_put();
        let before = self.index.insert(key, kept);
        let was_over = |kept: &Kept| !self.lives_for_ever(kept) && self.end(kept) <= Moment::now();
        let cause = match &before {
            Some(before) if was_over(before) => RemovalCause::Expired,
            _ => RemovalCause::Replaced,
        };
        leaving.add(cause, before);
    }

    /// Takes an entry out, if it is still this one.
    pub(crate) fn take_out(
        &self,
        ledger: &mut Ledger,
        leaving: &mut Leaving,
        (key, id): (&Key, u64),
        cause: RemovalCause,
    ) {
        if self.current(key).is_some_and(|kept| kept.id == id) {
            self.take_out_any(ledger, leaving, key, cause);
        }
    }

    fn take_out_any(&self, ledger: &mut Ledger, leaving: &mut Leaving, key: &Key, cause: RemovalCause) {
        let Some(kept) = self.index.remove(key) else { return };
        if let Some(policy) = &mut ledger.policy {
            policy.forget(key);
        }
        ledger.prune(&kept);
        ledger.tags.left(key);
        leaving.add(cause, [kept]);
    }

    fn tell_uses(&self, policy: &mut Policy) {
        if self.has_bounds() {
            let used = self.recency.take(&self.index);
            policy.touch(&used.keys);
            policy.stamp(&used);
        }
    }

    /// Lets go what has outlived its time.
    fn let_go_due(&self, ledger: &mut Ledger, leaving: &mut Leaving, at_most: usize) {
        if !ledger.policy.as_ref().is_some_and(Policy::has_lifetimes) {
            return;
        }
        let now = Moment::now();
        for _ in 0..at_most {
            let Some(policy) = &mut ledger.policy else { return };
            let Some(key) = policy.due(now) else { return };
            match self.index.with(&key, |kept| self.useless_from(kept)) {
                Some(later) if later > now => policy.postpone(key, later),
                _ => {
                    policy.forget(&key);
                    self.take_out_any(ledger, leaving, &key, RemovalCause::Expired);
                }
            }
        }
    }

    /// Lets go what is too much.
    fn let_go_excess(&self, ledger: &mut Ledger, leaving: &mut Leaving) {
        let excess = ledger.policy.as_mut().map(Policy::take_excess).unwrap_or_default();
        for key in &excess {
            self.take_out_any(ledger, leaving, key, RemovalCause::Bound);
        }
    }

    /// [`Recency::note_anew`]
    pub(crate) fn note_uses_anew(&self) {
        self.recency.note_anew();
    }

    /// Lets go entries of this weight, those used longest ago first, as far as they were used no later than this.
    pub(crate) fn let_go_oldest(&self, up_to: u64, weight: u64) -> Leaving {
        let ((), leaving) = self.change_alone(|ledger, leaving| {
            let Some(policy) = &mut ledger.policy else { return };
            let enough = policy.weight().saturating_sub(weight);
            self.tell_uses(policy);
            self.let_go_due(ledger, leaving, DUE_PER_MISS);
            while let Some(policy) = &mut ledger.policy
                && policy.weight() > enough
                && let Some(key) = policy.oldest_up_to(up_to)
            {
                policy.forget(&key);
                self.take_out_any(ledger, leaving, &key, RemovalCause::Bound);
            }
        });
        leaving
    }

    fn forget_all(&self, ledger: &mut Ledger, leaving: &mut Leaving, cause: RemovalCause) {
        ledger.disown_all();
        ledger.branches.clear();
        ledger.tags.all_left();
        self.has_branches.store(false, Ordering::Release);
        leaving.policy = ledger.policy.take();
        leaving.add(cause, self.index.drain());
    }

    /// Forgets everything; loads that run now will not be kept.
    pub(crate) fn clear(&self) {
        self.change(|ledger, leaving| self.forget_all(ledger, leaving, RemovalCause::Cleared));
    }

    fn take_away(&self, change: impl FnOnce(&mut Ledger, &mut Leaving)) -> Leaving {
        self.change_and_hold(change).1
    }

    /// Forgets everything, or what has a tag; no load begins here before [`end_clear`](Self::end_clear). See
    /// [`clears`](crate::clears).
    pub(crate) fn begin_clear(&self, tag: Option<&str>) -> Leaving {
        self.take_away(|ledger, leaving| {
            match tag {
                None => self.forget_all(ledger, leaving, RemovalCause::Cleared),
                Some(tag) => self.forget_tagged(ledger, leaving, tag),
            }
            ledger.is_being_cleared = true;
        })
    }

    /// Forgets the entries with a tag of their own; loads of such that run now will not be kept.
    fn forget_tagged(&self, ledger: &mut Ledger, leaving: &mut Leaving, tag: &str) {
        ledger.disown_tagged(tag);
        for key in ledger.tags.with(tag) {
            self.take_out_any(ledger, leaving, &key, RemovalCause::Cleared);
        }
    }

    /// Nothing leaves by this, not even what is too much in other stores: other clears still wait, and what leaves may
    /// begin one.
    pub(crate) fn end_clear(&self) {
        let ((), _nothing) = self.change_alone(|ledger, _| ledger.is_being_cleared = false);
    }

    /// Forgets everything; from now on nothing is kept.
    pub(crate) fn close(&self) -> Leaving {
        self.take_away(|ledger, leaving| {
            ledger.is_closed = true;
            self.forget_all(ledger, leaving, RemovalCause::ScopeEnded);
        })
    }

    /// Forgets what was made for a session that is over.
    pub(crate) fn forget_session(&self, session: Key) -> Leaving {
        self.take_away(|ledger, leaving| {
            for key in ledger.branches.of_session(session) {
                self.take_out_any(ledger, leaving, &key, RemovalCause::ScopeEnded);
            }
            self.has_branches.store(!ledger.branches.is_empty(), Ordering::Release);
        })
    }

    /// Those who ran for a flight, or waited to, gave up.
    pub(crate) fn forget_if_idle(&self, key: Key, flight: &Flight) {
        if flight.is_idle() {
            self.change(|ledger, _| ledger.forget_idle_flight(key));
        }
    }

    /// Forgets what is kept for these arguments, whatever the bodies read; loads of them that run now will not be kept.
    pub(crate) fn clear_key(&self, base: Key) {
        self.change(|ledger, leaving| self.forget_all_of(ledger, leaving, base, RemovalCause::Cleared));
    }

    /// What may still be handed out, if only in place of an error.
    pub(crate) fn usable(&self) -> Vec<(Key, Arc<Kept>)> {
        let now = Moment::now();
        let mut usable = Vec::new();
        self.index.for_each(|key, kept| {
            if self.freshness(kept, now) != Freshness::Dead {
                usable.push((*key, Arc::clone(kept)));
            }
        });
        usable
    }

    /// Takes out those of these entries that are still there.
    pub(crate) fn take_out_each(&self, entries: impl IntoIterator<Item = (Key, u64)>) {
        self.change(|ledger, leaving| {
            for (key, id) in entries {
                self.take_out(ledger, leaving, (&key, id), RemovalCause::Cleared);
            }
        });
    }

    /// [`clear_key`](Self::clear_key), which hands out what was kept for a call made here and now, within its lifetime.
    pub(crate) fn take_key(&self, base: Key) -> (Option<Arc<Kept>>, Leaving) {
        self.change_and_hold(|ledger, leaving| {
            let kept = self.current(&ledger.branches.walk(base)).filter(|kept| self.is_live(kept, Moment::now()));
            self.forget_all_of(ledger, leaving, base, RemovalCause::Cleared);
            kept
        })
    }

    /// Keeps a value for these arguments in place of all that was kept, or of what was kept for the reads beside it.
    pub(crate) fn prime(self: &Arc<Self>, base: Key, kept: Arc<Kept>, weight: usize) {
        self.change(|ledger, leaving| {
            if ledger.is_closed || !self.is_place_for(&kept) {
                leaving.refused.push(kept);
                return;
            }
            ledger.disown(base);
            // What is kept under the same key is replaced: nobody finds it absent meanwhile.
            let (key, cut) = self.make_way(ledger, base, &kept);
            // No body says what tags it has: those of what was there, made of the same arguments.
            let tags = self.tags_of(ledger, cut.iter().chain([&key]));
            self.take_out_cut(ledger, leaving, &cut);
            self.put(ledger, leaving, key, kept, weight);
            self.tag(ledger, key, tags);
        });
    }

    fn forget_all_of(&self, ledger: &mut Ledger, leaving: &mut Leaving, base: Key, cause: RemovalCause) {
        ledger.disown(base);
        for key in ledger.branches.cut(base) {
            self.take_out_any(ledger, leaving, &key, cause);
        }
    }

    /// Lets go all that has outlived its time, or is too much.
    fn enforce(&self, ledger: &mut Ledger, leaving: &mut Leaving) {
        if let Some(policy) = &mut ledger.policy {
            self.tell_uses(policy);
        }
        self.let_go_due(ledger, leaving, usize::MAX);
        self.let_go_excess(ledger, leaving);
    }

    /// Frees what is past its end.
    pub(crate) fn sweep(&self) {
        self.change(|ledger, leaving| self.enforce(ledger, leaving));
    }

    /// The number of live entries, with bounds and lifetimes enforced.
    pub(crate) fn len(&self) -> usize {
        self.change(|ledger, leaving| {
            self.enforce(ledger, leaving);
            if !ledger.policy.as_ref().is_some_and(Policy::has_lifetimes) {
                return self.index.len();
            }
            let now = Moment::now();
            let mut live = 0;
            self.index.for_each(|_, kept| {
                live += usize::from(self.is_live(kept, now));
            });
            live
        })
    }
}
