//! What lives: bounds, lifetimes and eviction, decided by moka.
//!
//! moka holds a ticket per entry, not the value, and is asked nothing on a hit. It is told of uses from time to time
//! (see [`Recency`](crate::recency::Recency)) and says which entries are to go. Its own clock only wakes it: whether
//! a lifetime is over is for the store to say.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;
use moka::sync::{Cache, CacheBuilder};
use parking_lot::Mutex;

use crate::key::{BuildAlreadyHashed, Key};
use crate::options::{Eviction, Options};

/// What the policy knows of an entry.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) weight: u64,
    /// How long until it should be looked at again; `None` is never.
    pub(crate) lifetime: Option<Duration>,
}

/// An entry that the policy let go.
pub(crate) struct Gone {
    pub(crate) key: Key,
    pub(crate) ticket: Ticket,
    pub(crate) why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// A bound was reached.
    Bound,
    /// Its lifetime should be over.
    Lifetime,
}

type Tickets = Cache<Key, Ticket, BuildAlreadyHashed>;
type Builder = CacheBuilder<Key, Ticket, Cache<Key, Ticket>>;

pub(crate) struct Policy {
    /// One per bound, because moka counts entries or weight, not both. Lifetimes are not known here: an entry whose
    /// time is up for moka, though not for us, would not be moved when it is used.
    bounds: Vec<(Tickets, u64)>,
    /// Of a frequency policy, moka counts what is looked for and not there too; so that has to be looked for.
    counts_misses: bool,
    /// Entries with lifetimes, unbounded.
    alarms: Option<Tickets>,
    gone: Arc<Mutex<Vec<Gone>>>,
}

impl Policy {
    pub(crate) fn new(options: &Options) -> Self {
        let gone = Arc::default();
        let eviction = || match options.eviction {
            Eviction::Lru => EvictionPolicy::lru(),
            Eviction::TinyLfu => EvictionPolicy::tiny_lfu(),
        };
        let mut bounds = Vec::new();
        if let Some(max_entries) = options.max_entries {
            let bound = tickets(&gone, |builder| builder.max_capacity(max_entries).eviction_policy(eviction()));
            bounds.push((bound, max_entries));
        }
        if let Some(max_bytes) = options.max_bytes {
            // moka weighs in 32 bits: larger bounds are counted in larger units, rounded up.
            let unit = max_bytes.div_ceil(u64::from(u32::MAX));
            let bound = tickets(&gone, |builder| {
                let weigh =
                    move |_: &Key, ticket: &Ticket| u32::try_from(ticket.weight.div_ceil(unit)).unwrap_or(u32::MAX);
                builder.max_capacity(max_bytes / unit).weigher(weigh).eviction_policy(eviction())
            });
            bounds.push((bound, max_bytes / unit));
        }
        Self { bounds, counts_misses: options.eviction == Eviction::TinyLfu, alarms: None, gone }
    }

    /// A new or a replaced entry.
    pub(crate) fn admit(&mut self, key: Key, ticket: Ticket) {
        for (bound, _) in &self.bounds {
            if self.counts_misses {
                bound.get(&key);
            }
            bound.insert(key, ticket);
        }
        self.watch(key, ticket);
    }

    /// Has an entry looked at again when its lifetime should be over.
    pub(crate) fn watch(&mut self, key: Key, ticket: Ticket) {
        if ticket.lifetime.is_some() {
            let gone = &self.gone;
            let alarms = || tickets(gone, |builder| builder.expire_after(AlarmClock));
            self.alarms.get_or_insert_with(alarms).insert(key, ticket);
        } else if let Some(alarms) = &self.alarms {
            alarms.invalidate(&key);
        }
    }

    /// An entry that left for another reason.
    pub(crate) fn forget(&self, key: &Key) {
        for tickets in self.bounds.iter().map(|(bound, _)| bound).chain(&self.alarms) {
            tickets.invalidate(key);
        }
    }

    /// An entry that one bound or the alarms let go, for the others.
    pub(crate) fn forget_gone(&self, key: &Key) {
        if self.bounds.len() + usize::from(self.alarms.is_some()) > 1 {
            self.forget(key);
        }
    }

    /// An entry that was used.
    pub(crate) fn touch(&self, key: &Key) {
        for (bound, _) in &self.bounds {
            bound.get(key);
        }
    }

    /// Has some entry had a lifetime?
    pub(crate) fn has_lifetimes(&self) -> bool {
        self.alarms.is_some()
    }

    /// Lets go what should have outlived its time.
    pub(crate) fn settle_lifetimes(&self) {
        self.alarms.iter().for_each(Tickets::run_pending_tasks);
    }

    /// Lets go what is too much.
    pub(crate) fn settle_bounds(&self) {
        for (bound, max) in &self.bounds {
            bound.run_pending_tasks();
            // It stops after a while, whether it is done or not.
            let mut weight = bound.weighted_size();
            while weight > *max {
                bound.run_pending_tasks();
                let before = std::mem::replace(&mut weight, bound.weighted_size());
                if weight == before {
                    break;
                }
            }
        }
    }

    /// What was let go since the last time.
    pub(crate) fn take_gone(&self) -> Vec<Gone> {
        std::mem::take(&mut *self.gone.lock())
    }
}

fn tickets(gone: &Arc<Mutex<Vec<Gone>>>, with: impl FnOnce(Builder) -> Builder) -> Tickets {
    let gone = Arc::clone(gone);
    with(Cache::builder())
        // Only noted here: this runs in the middle of moka's own work.
        .eviction_listener(move |key, ticket, cause| {
            let why = match cause {
                RemovalCause::Size => Why::Bound,
                RemovalCause::Expired => Why::Lifetime,
                RemovalCause::Explicit | RemovalCause::Replaced => return,
            };
            gone.lock().push(Gone { key: *key, ticket, why });
        })
        .build_with_hasher(BuildAlreadyHashed::default())
}

/// Wakes moka when an entry's lifetime should be over.
struct AlarmClock;

/// moka refuses instants that its clock cannot hold; nobody waits that long.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl Expiry<Key, Ticket> for AlarmClock {
    fn expire_after_create(&self, _key: &Key, ticket: &Ticket, _created_at: Instant) -> Option<Duration> {
        ticket.lifetime.map(|lifetime| lifetime.min(LONGEST))
    }

    fn expire_after_update(
        &self,
        key: &Key,
        ticket: &Ticket,
        updated_at: Instant,
        _until_expiry: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(key, ticket, updated_at)
    }
}
