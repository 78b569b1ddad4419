//! A stored entry: a value with its times, as the index holds it for a key.

use std::any::Any;
use std::time::Duration;

use crate::sys::hazard::Guards;
use crate::sys::ids::{next_id, unique_id};
use crate::sys::moment::Moment;
use crate::sys::panics::Contained;
use crate::sys::sync::{AtomicU64, Ordering};
use crate::value::dependencies::{Dependencies, StoredDependencies};
use crate::value::removal::{Listeners, RemovalCause};
use crate::value::return_kind::Passed;
use crate::value::small_copy::SmallCopy;

/// A kept value. Stores know it as `StoredEntry<dyn StoredValue>`: their code is compiled once, not once per function.
#[repr(C)]
pub(crate) struct StoredEntry<T: ?Sized = dyn StoredValue> {
    /// First, where it is found by whoever has no more than the address.
    widen: Widen,
    /// Unlike every other entry's, of this key or another.
    pub(crate) id: u64,
    pub(crate) times: Times,
    /// The sources that the body read and the events it raised.
    pub(crate) record: StoredDependencies,
    last_used: AtomicU64,
    /// Until when its function is not run again because it failed, and in the last bits how often it has.
    pause: AtomicU64,
    /// A mark of the last use; see [`Recency`](crate::store::eviction::recency::Recency).
    pub(crate) noted: AtomicU64,
    pub(crate) value: T,
}

/// Makes the address of an entry a pointer to it.
pub(super) type Widen = fn(*mut ()) -> *const StoredEntry;

/// Freshness and expiry times.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) stored_at: Moment,
    /// Past this one caller recomputes.
    pub(crate) fresh_until: Moment,
    /// Past this it is no hit any more.
    pub(crate) expires_at: Moment,
}

impl Times {
    /// Those of a value that is not kept.
    pub(crate) const NONE: Self =
        Self { stored_at: Moment::NEVER, fresh_until: Moment::NEVER, expires_at: Moment::NEVER };
}

/// Entry metadata.
pub(crate) struct EntryMeta {
    pub(crate) times: Times,
    pub(crate) recorded: Option<Dependencies>,
}

/// How a looked up value may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    Fresh,
    /// Past `refresh_after`.
    Stale,
    /// Past its lifetime, but within `stale_if_error`.
    Fallback,
    Dead,
}

impl<T: StoredValue> StoredEntry<T> {
    pub(crate) fn new(facts: EntryMeta, value: T) -> Self {
        let EntryMeta { times, recorded } = facts;
        Self {
            widen: |address| address.cast::<Self>().cast_const(),
            id: unique_id(),
            times,
            record: StoredDependencies::new(recorded),
            last_used: AtomicU64::new(times.stored_at.bits()),
            pause: AtomicU64::new(0),
            noted: AtomicU64::new(0),
            value,
        }
    }
}

/// The pause doubles so often.
const DOUBLINGS: u64 = 6;
/// The bits that count the failures.
const FAILURES: u64 = 7;

impl<T: ?Sized> StoredEntry<T> {
    /// Is it too early to try again for something newer?
    pub(crate) fn is_paused(&self, now: Moment) -> bool {
        now < Moment::from_bits(self.pause.load(Ordering::Relaxed) & !FAILURES)
    }

    /// There was nothing newer to be had: for longer each time, spread by a tenth, so that what failed together is not
    /// tried again together.
    #[expect(clippy::cast_precision_loss, reason = "32 bits fit")]
    pub(crate) fn pause(&self, now: Moment, retry_after: Duration) {
        let failures = self.pause.load(Ordering::Relaxed) & FAILURES;
        let pause = retry_after.saturating_mul(1 << failures);
        // An id that nothing else has, spread over all bits.
        let random = next_id().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let spread = pause.mul_f64(random as f64 / f64::from(u32::MAX) / 10.0);
        let until = now.after(pause.saturating_sub(spread)).bits() & !FAILURES;
        self.pause.store(until | (failures + 1).min(DOUBLINGS), Ordering::Relaxed);
    }

    pub(crate) fn last_used(&self) -> Moment {
        Moment::from_bits(self.last_used.load(Ordering::Relaxed))
    }

    pub(crate) fn use_at(&self, now: Moment) {
        self.last_used.store(now.bits(), Ordering::Relaxed);
    }
}

impl StoredEntry {
    /// The stored value, if it is stored that way.
    #[inline]
    pub(crate) fn held<H: StoredValue>(&self) -> Option<&H> {
        let held: &dyn Any = &self.value;
        held.downcast_ref()
    }
}

/// A stored value of any type.
pub(crate) trait StoredValue: Any + Send + Sync {
    /// Has a thread written down where the value is?
    fn is_lent(&self) -> bool;

    /// From now on the value is kept. No code of the user's runs here.
    fn is_put(&self) {}

    /// A copy of a small value that needs no drop. To be asked before others have the entry.
    fn copy(&self) -> Option<SmallCopy> {
        None
    }

    /// The value has left the cache for good: told once. `guards` are those who may be reading it, if it was lent.
    fn release(&self, guards: &Guards, cause: RemovalCause);

    /// Keeps the value alive for those who wait for it, should it leave before they have it.
    fn keep_alive(&self) -> Option<Contained<Passed>>;
}

/// A value that needs no drop stands in its entry: it does not matter when the index frees that.
pub(crate) struct InlineValue<V>(pub(crate) V);

impl<V: Send + Sync + 'static> StoredValue for InlineValue<V> {
    fn copy(&self) -> Option<SmallCopy> {
        SmallCopy::of(&self.0)
    }

    fn is_lent(&self) -> bool {
        false
    }

    fn release(&self, _guards: &Guards, _cause: RemovalCause) {}

    fn keep_alive(&self) -> Option<Contained<Passed>> {
        None
    }
}

/// The same where somebody is told when it leaves: entries of which nobody is told need no room for that.
pub(crate) struct WatchedValue<V> {
    pub(crate) value: V,
    pub(crate) told: Listeners<V>,
}

impl<V: Send + Sync + 'static> StoredValue for WatchedValue<V> {
    fn copy(&self) -> Option<SmallCopy> {
        SmallCopy::of(&self.value)
    }

    fn is_lent(&self) -> bool {
        false
    }

    fn release(&self, _guards: &Guards, cause: RemovalCause) {
        self.told.tell(&self.value, cause);
    }

    fn keep_alive(&self) -> Option<Contained<Passed>> {
        None
    }
}
