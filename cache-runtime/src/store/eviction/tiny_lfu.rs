//! Bounds under which what was used least often goes, newcomers included: decided by moka.
//!
//! moka would tell what it lets go, but then it locks every key that it takes in or lets go, at twice the cost. So it
//! is asked: as many entries as it counts less are looked for where they most likely were.

use std::collections::HashSet;

use moka::policy::EvictionPolicy;
use moka::sync::{Cache, CacheBuilder};

use crate::key::{BuildAlreadyHashed, Key};
use crate::store::eviction::uses::Entries;

type Weights = Cache<Key, u64, BuildAlreadyHashed>;
type Builder = CacheBuilder<Key, u64, Cache<Key, u64>>;

pub(crate) struct TinyLfu {
    /// One per bound, because moka counts entries or weight, not both. It knows of no lifetimes: an entry whose time is
    /// up for moka, though not for us, would not be moved when it is used.
    bounds: Vec<BoundedCache>,
    /// How many were moved to the end of the order since it was last asked.
    moved: usize,
}

struct BoundedCache {
    weights: Weights,
    max: u64,
}

impl BoundedCache {
    fn new(max: u64, with: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = with(Cache::builder().max_capacity(max).eviction_policy(EvictionPolicy::tiny_lfu()));
        Self { weights: builder.build_with_hasher(BuildAlreadyHashed::default()), max }
    }

    /// Has moka take in what it was told, and let go what is too much.
    fn settle(&self) {
        let run = || {
            self.weights.run_pending_tasks();
            self.weights.weighted_size()
        };
        // It stops after a while, whether it is done or not.
        let mut weight = run();
        while weight > self.max {
            let before = std::mem::replace(&mut weight, run());
            if weight == before {
                break;
            }
        }
    }
}

impl TinyLfu {
    /// `None` where moka cannot be had.
    #[expect(clippy::unnecessary_wraps, reason = "there are such platforms")]
    pub(crate) fn new(max_entries: Option<u64>, max_weight: Option<u64>) -> Option<Self> {
        let entries = max_entries.map(|max| BoundedCache::new(max, |builder| builder));
        let weight = max_weight.map(|max| {
            // moka weighs in 32 bits: larger bounds are counted in larger units, rounded up.
            let unit = max.div_ceil(u64::from(u32::MAX));
            let weigh = move |_: &Key, weight: &u64| u32::try_from(weight.div_ceil(unit)).unwrap_or(u32::MAX);
            BoundedCache::new(max / unit, |builder| builder.weigher(weigh))
        });
        Some(Self { bounds: entries.into_iter().chain(weight).collect(), moved: 0 })
    }

    pub(crate) fn admit(&mut self, key: Key, weight: u64) {
        for BoundedCache { weights, .. } in &self.bounds {
            // It counts what is looked for and not there too.
            weights.get(&key);
            weights.insert(key, weight);
        }
        self.moved += 1;
    }

    pub(crate) fn forget(&self, key: &Key) {
        self.bounds.iter().for_each(|bound| bound.weights.invalidate(key));
    }

    pub(crate) fn touch(&mut self, keys: &[Key]) {
        for bound in self.bounds.iter().filter(|_| !keys.is_empty()) {
            // It moves only what it has taken in.
            bound.settle();
            for key in keys {
                bound.weights.get(key);
            }
        }
        self.moved += keys.len();
    }

    /// How many bounds do not hold it.
    pub(crate) fn lacking(&self, key: &Key) -> u64 {
        self.bounds.iter().filter(|bound| !bound.weights.contains_key(key)).count() as u64
    }

    /// The entries that it let go, of those that it should hold.
    pub(crate) fn take_gone(&mut self, entries: &Entries) -> HashSet<Key, BuildAlreadyHashed> {
        let mut missing = 0;
        for bound in &self.bounds {
            bound.settle();
            missing += (entries.len() as u64).saturating_sub(bound.weights.entry_count());
        }
        let mut gone = HashSet::default();
        // It refuses what is new, or makes room for it by what was used longest ago.
        let newest = entries.keys().rev().take(std::mem::take(&mut self.moved));
        for key in newest.chain(entries.keys()) {
            if missing == 0 {
                break;
            }
            let lacking = self.lacking(key);
            if lacking > 0 && gone.insert(*key) {
                missing = missing.saturating_sub(lacking);
            }
        }
        if self.bounds.len() > 1 {
            for key in &gone {
                self.forget(key);
            }
        }
        gone
    }
}
