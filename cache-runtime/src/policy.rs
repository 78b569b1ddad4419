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
use crate::lru::Lru;
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
    bounds: Bounds,
    /// Entries with lifetimes, unbounded.
    alarms: Option<Tickets>,
    gone: Arc<Mutex<Vec<Gone>>>,
}

enum Bounds {
    Lru(Lru),
    /// One per bound, because moka counts entries or weight, not both. Lifetimes are not known here: an entry whose
    /// time is up for moka, though not for us, would not be moved when it is used.
    TinyLfu(Vec<(Tickets, u64)>),
}

impl Policy {
    pub(crate) fn new(options: &Options) -> Self {
        let gone = Arc::default();
        let bounds = match options.eviction {
            Eviction::Lru => Bounds::Lru(Lru::new(options)),
            Eviction::TinyLfu => Bounds::TinyLfu(tiny_lfu(options, &gone)),
        };
        Self { bounds, alarms: None, gone }
    }

    /// A new or a replaced entry.
    pub(crate) fn admit(&mut self, key: Key, ticket: Ticket) {
        match &mut self.bounds {
            Bounds::Lru(lru) => lru.admit(key, ticket),
            Bounds::TinyLfu(bounds) => {
                for (bound, _) in bounds {
                    // It counts what is looked for and not there too.
                    bound.get(&key);
                    bound.insert(key, ticket);
                }
            }
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
    pub(crate) fn forget(&mut self, key: &Key) {
        match &mut self.bounds {
            Bounds::Lru(lru) => lru.forget(key),
            Bounds::TinyLfu(bounds) => bounds.iter().for_each(|(bound, _)| bound.invalidate(key)),
        }
        if let Some(alarms) = &self.alarms {
            alarms.invalidate(key);
        }
    }

    /// An entry that was used.
    pub(crate) fn touch(&mut self, key: &Key) {
        match &mut self.bounds {
            Bounds::Lru(lru) => lru.touch(key),
            Bounds::TinyLfu(bounds) => {
                for (bound, _) in bounds {
                    bound.get(key);
                }
            }
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

    /// Takes in what was told, and lets go what is too much.
    pub(crate) fn settle_bounds(&mut self) {
        match &mut self.bounds {
            Bounds::Lru(lru) => {
                let excess = std::iter::from_fn(|| lru.pop_excess());
                self.gone.lock().extend(excess.map(|(key, ticket)| Gone { key, ticket, why: Why::Bound }));
            }
            Bounds::TinyLfu(bounds) => bounds.iter().for_each(|(bound, max)| settle(bound, *max)),
        }
    }

    /// What was let go since the last time.
    pub(crate) fn take_gone(&self) -> Vec<Gone> {
        std::mem::take(&mut *self.gone.lock())
    }
}

fn tiny_lfu(options: &Options, gone: &Arc<Mutex<Vec<Gone>>>) -> Vec<(Tickets, u64)> {
    let bound = |with: &dyn Fn(Builder) -> Builder| {
        tickets(gone, |builder| with(builder).eviction_policy(EvictionPolicy::tiny_lfu()))
    };
    let entries = options.max_entries.map(|max| (bound(&|builder| builder.max_capacity(max)), max));
    let weight = options.max_bytes.map(|max| {
        // moka weighs in 32 bits: larger bounds are counted in larger units, rounded up.
        let unit = max.div_ceil(u64::from(u32::MAX));
        let weigh = move |_: &Key, ticket: &Ticket| u32::try_from(ticket.weight.div_ceil(unit)).unwrap_or(u32::MAX);
        (bound(&|builder| builder.max_capacity(max / unit).weigher(weigh)), max / unit)
    });
    entries.into_iter().chain(weight).collect()
}

fn settle(bound: &Tickets, max: u64) {
    bound.run_pending_tasks();
    // It stops after a while, whether it is done or not.
    let mut weight = bound.weighted_size();
    while weight > max {
        bound.run_pending_tasks();
        let before = std::mem::replace(&mut weight, bound.weighted_size());
        if weight == before {
            break;
        }
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
