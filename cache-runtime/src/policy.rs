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
use moka::sync::Cache;
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

pub(crate) struct Policy {
    /// One per bound: moka counts entries or weight, not both. The first one also watches the lifetimes.
    bounds: Vec<Tickets>,
    gone: Arc<Mutex<Vec<Gone>>>,
}

impl Policy {
    pub(crate) fn is_needed(options: &Options) -> bool {
        options.max_entries.is_some() || options.max_bytes.is_some()
    }

    pub(crate) fn new(options: &Options, has_lifetimes: bool) -> Self {
        let gone = Arc::default();
        let mut bounds = Vec::new();
        if let Some(max_entries) = options.max_entries {
            bounds.push(tickets(options.eviction, &gone, |builder| builder.max_capacity(max_entries)));
        }
        if let Some(max_bytes) = options.max_bytes {
            // moka weighs in 32 bits: larger bounds are counted in larger units, rounded up.
            let unit = max_bytes.div_ceil(u64::from(u32::MAX));
            bounds.push(tickets(options.eviction, &gone, |builder| {
                builder
                    .max_capacity(max_bytes / unit)
                    .weigher(move |_, ticket: &Ticket| u32::try_from(ticket.weight.div_ceil(unit)).unwrap_or(u32::MAX))
            }));
        }
        if bounds.is_empty() && has_lifetimes {
            bounds.push(tickets(options.eviction, &gone, |builder| builder));
        }
        Self { bounds, gone }
    }

    /// A new or a replaced entry.
    pub(crate) fn admit(&self, key: Key, ticket: Ticket) {
        for bound in &self.bounds {
            bound.insert(key, ticket);
        }
    }

    /// An entry that left for another reason.
    pub(crate) fn forget(&self, key: &Key) {
        for bound in &self.bounds {
            bound.invalidate(key);
        }
    }

    /// An entry that was used.
    pub(crate) fn touch(&self, key: &Key) {
        for bound in &self.bounds {
            bound.get(key);
        }
    }

    /// Carries out what was put off, so that the bounds hold.
    pub(crate) fn settle(&self) {
        for bound in &self.bounds {
            bound.run_pending_tasks();
        }
    }

    /// What was let go since the last time.
    pub(crate) fn take_gone(&self) -> Vec<Gone> {
        std::mem::take(&mut *self.gone.lock())
    }
}

type Builder = moka::sync::CacheBuilder<Key, Ticket, Cache<Key, Ticket>>;

fn tickets(eviction: Eviction, gone: &Arc<Mutex<Vec<Gone>>>, bounded: impl FnOnce(Builder) -> Builder) -> Tickets {
    let gone = Arc::clone(gone);
    let policy = match eviction {
        Eviction::Lru => EvictionPolicy::lru(),
        Eviction::TinyLfu => EvictionPolicy::tiny_lfu(),
    };
    bounded(Cache::builder())
        .eviction_policy(policy)
        .expire_after(AlarmClock)
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
