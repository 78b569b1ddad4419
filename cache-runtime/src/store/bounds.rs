//! Bounds and lifetimes: what is too much or past its end is let go, as the policy has it.

use crate::context::clock;
use crate::key::Key;
use crate::store::entries::Store;
use crate::store::eviction::budget::Budget;
use crate::store::eviction::policy::Policy;
use crate::store::eviction::recency::Recency;
use crate::store::eviction::uses::Ticket;
use crate::store::limits::Limit;
use crate::store::options::Options;
use crate::store::retirement::Retired;
use crate::store::state::StoreState;
use crate::sys::moment::Moment;
use crate::sys::sync::Ordering;
use crate::value::removal::RemovalCause;

/// Of what is due, a miss lets go this much and leaves the rest to the next: none should be slow because many entries
/// end together.
const DUE_PER_MISS: usize = 8;

impl Store {
    pub(crate) fn options_now(&self) -> Options {
        self.limits.of(self.options)
    }

    #[inline]
    pub(super) fn has_bounds(&self) -> bool {
        self.options.has_bounds() || self.limits.max_entries().is_some()
    }

    /// Sets something that holds from now on, for what is kept too.
    pub(crate) fn limit(&self, limit: Limit) -> Retired {
        self.take_away(|state, retired| {
            // Uses count by the bounds under which they were.
            if let Some(policy) = &mut state.policy {
                self.tell_uses(policy);
            }
            let had_bounds = self.has_bounds();
            self.limits.set(limit);
            if let Limit::Ttl(_) = limit {
                self.serves_copies.store(false, Ordering::Relaxed);
            }
            if !had_bounds && self.has_bounds() {
                self.index.note_uses();
                self.recency.begin(&self.index);
            }
            let deadline = |key: &Key| self.index.with(key, |kept| self.useless_from(kept));
            let is_adjusted =
                had_bounds && state.policy.as_mut().is_some_and(|policy| policy.adjust(&self.options_now(), deadline));
            if !is_adjusted {
                let before = state.policy.take();
                state.policy = Some(self.policy_of_all(before.as_ref().filter(|_| had_bounds)));
                retired.add_policy(before);
            }
            // Threads have at hand until when a value was good.
            self.index.begin_epochs();
            self.enforce(state, retired);
        })
    }

    /// A policy that knows all that is kept: in the order in which one knew it that had bounds, or they came.
    pub(super) fn policy_of_all(&self, before: Option<&Policy>) -> Policy {
        let in_order: Vec<(Key, Ticket)> = if let Some(before) = before {
            before.tickets()
        } else {
            let mut by_age = Vec::with_capacity(self.index.len());
            self.index.for_each(|key, kept| by_age.push((kept.times.stored_at, kept.id, *key)));
            by_age.sort_unstable();
            let ticket = Ticket { weight: 0, deadline: Moment::NEVER, used: 0 };
            by_age.into_iter().map(|(_, _, key)| (key, ticket)).collect()
        };
        let mut policy = Policy::new(&self.options_now());
        for (key, ticket) in in_order {
            if let Some(deadline) = self.index.with(&key, |kept| self.useless_from(kept)) {
                policy.admit_earlier(key, Ticket { deadline, ..ticket });
            }
        }
        policy
    }

    pub(super) fn tell_uses(&self, policy: &mut Policy) {
        if self.has_bounds() {
            policy.touch(&self.recency.take(&self.index));
        }
    }

    /// Takes a mark off an entry; was there one?
    pub(super) fn take_mark(&self, key: &Key) -> bool {
        self.index.with(key, |kept| Recency::take_mark(kept)).unwrap_or(false)
    }

    /// Lets go some of what has outlived its time.
    pub(super) fn let_go_few_due(&self, state: &mut StoreState, retired: &mut Retired) {
        self.let_go_due(state, retired, DUE_PER_MISS);
    }

    /// Lets go what has outlived its time.
    pub(super) fn let_go_due(&self, state: &mut StoreState, retired: &mut Retired, at_most: usize) {
        if !state.policy.as_ref().is_some_and(Policy::has_lifetimes) {
            return;
        }
        let now = clock::now();
        for _ in 0..at_most {
            let Some(policy) = &mut state.policy else { return };
            let Some(key) = policy.due(now) else { return };
            match self.index.with(&key, |kept| self.useless_from(kept)) {
                Some(later) if later > now => policy.postpone(key, later),
                _ => {
                    policy.forget(&key);
                    self.take_out_known(state, retired, &key, RemovalCause::Expired);
                }
            }
        }
    }

    /// Lets go what is too much.
    pub(super) fn let_go_excess(&self, state: &mut StoreState, retired: &mut Retired) {
        let Some(policy) = &mut state.policy else { return };
        let excess = policy.take_excess(&mut |key| self.take_mark(key));
        for key in &excess {
            self.take_out_known(state, retired, key, RemovalCause::Bound);
        }
        self.begin_round_if_due(state);
    }

    fn begin_round_if_due(&self, state: &mut StoreState) {
        if state.policy.as_mut().is_some_and(Policy::has_turned) {
            self.recency.begin_round();
        }
    }

    /// Lets go entries of this weight, those used longest ago first, as far as they were used no later than this.
    pub(crate) fn let_go_used_up_to(&self, up_to: u64, weight: u64) -> Retired {
        let ((), retired) = self.change_alone(|state, retired| {
            let Some(policy) = &mut state.policy else { return };
            let spared = self.budget.as_deref().map_or(0, Budget::newest);
            let enough = policy.weight().saturating_sub(weight);
            self.tell_uses(policy);
            self.let_go_due(state, retired, DUE_PER_MISS);
            while let Some(policy) = &mut state.policy
                && policy.weight() > enough
                && let Some(key) = policy.take_oldest_up_to(up_to, spared, &mut |key| self.take_mark(key))
            {
                self.take_out_known(state, retired, &key, RemovalCause::Bound);
            }
            self.begin_round_if_due(state);
        });
        retired
    }

    /// Lets go all that has outlived its time, or is too much.
    pub(super) fn enforce(&self, state: &mut StoreState, retired: &mut Retired) {
        if let Some(policy) = &mut state.policy {
            self.tell_uses(policy);
        }
        self.let_go_due(state, retired, usize::MAX);
        self.let_go_excess(state, retired);
    }

    /// Frees what is past its end.
    pub(crate) fn sweep(&self) {
        self.change(|state, retired| self.enforce(state, retired));
    }
}
