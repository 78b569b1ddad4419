//! One bound on the weight of all that the functions of a family keep: what was used longest ago over all of them goes
//! first.
//!
//! Every store with weights is a member. Which entry goes is found without holding two stores at a time: each says when
//! its oldest was used, and the one that says the least lets go under its own lock. Uses are numbered in one order for
//! all.
//!
//! Where uses leave marks, a store learns of one when the entry is the next to go: then it counts as used just now, and
//! the oldest of another store may go before it. So over all stores what was not used since it came or was last looked
//! at goes first, the oldest of it before the others. Only what came last is spared: else what is found used then would
//! drive it out again.
//!
//! Under `lru` a hit is not noted if its entry was the last of the store to be used; a use in another store ends that.
//! So as long as such stores are small enough for their own order to be exact, the order over all of them is exact too.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::store::retirement::Retired;

/// A store that shares the bound.
pub(crate) trait MakesRoom: Send + Sync {
    /// [`Recency::note_anew`](crate::store::eviction::recency::Recency::note_anew)
    fn note_uses_anew(&self);

    /// Lets go entries of this weight, those used longest ago first, as far as they were used no later than this.
    fn let_go_oldest(&self, up_to: u64, weight: u64) -> Retired;
}

pub(crate) struct Budget {
    max: AtomicU64,
    /// The weight of all that members keep.
    held: AtomicU64,
    members: Mutex<Vec<Member>>,
    /// [`Ticket::used`](crate::store::eviction::uses::Ticket::used) of what came last: not to go to make room for
    /// itself.
    newest: AtomicU64,
    /// One at a time makes room, or more would be let go than is too much.
    making_room: Mutex<()>,
    /// Where a use was noted last, and where that is.
    turn: Mutex<Option<Weak<dyn MakesRoom>>>,
    turn_address: AtomicUsize,
}

struct Member {
    store: Weak<dyn MakesRoom>,
    /// When the entry was used that goes first there; `u64::MAX` if there is none. Beside the store, for where there is
    /// one for each session all are looked at when room is made.
    oldest: Arc<AtomicU64>,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self {
            max: AtomicU64::new(u64::MAX),
            held: AtomicU64::new(0),
            newest: AtomicU64::new(0),
            members: Mutex::new(Vec::new()),
            making_room: Mutex::new(()),
            turn: Mutex::new(None),
            turn_address: AtomicUsize::new(0),
        }
    }

    /// The bound: no single value may be heavier.
    pub(crate) fn max(&self) -> u64 {
        self.max.load(Ordering::Relaxed)
    }

    fn is_set(&self) -> bool {
        self.max() != u64::MAX
    }

    /// Sets the bound; what leaves is handed back.
    pub(crate) fn set(&self, max: u64) -> Retired {
        self.max.store(max, Ordering::SeqCst);
        self.admit(0);
        // Nobody took turns where there was no bound.
        self.members().iter().for_each(|store| store.note_uses_anew());
        let mut retired = Retired::default();
        self.make_room(&mut retired);
        retired
    }

    /// An entry comes.
    pub(crate) fn admit(&self, used: u64) {
        self.newest.store(used, Ordering::Relaxed);
    }

    /// When what came last came.
    pub(crate) fn newest(&self) -> u64 {
        self.newest.load(Ordering::Relaxed)
    }

    /// The weight of a member changed.
    pub(crate) fn changed(&self, before: u64, after: u64) {
        if before != after {
            self.held.fetch_add(after.wrapping_sub(before), Ordering::SeqCst);
        }
    }

    fn excess(&self) -> u64 {
        self.held.load(Ordering::SeqCst).saturating_sub(self.max.load(Ordering::SeqCst))
    }

    /// Lets go what is too much. To be called with nothing locked.
    pub(crate) fn make_room(&self, retired: &mut Retired) {
        if self.excess() == 0 {
            return;
        }
        let mut left = Vec::new();
        {
            let _alone = self.making_room.lock();
            // Members that turn out to have been used since they were asked. Where that goes on, the order gives way.
            let mut surprises = 0;
            loop {
                let excess = self.excess();
                if excess == 0 {
                    break;
                }
                let Some((store, next, count)) = self.oldest() else {
                    if self.newest.swap(0, Ordering::Relaxed) == 0 {
                        break;
                    }
                    // There is nothing else.
                    continue;
                };
                let up_to = if surprises > count { u64::MAX } else { next };
                let retired = store.let_go_oldest(up_to, excess);
                if retired.is_empty() {
                    surprises += 1;
                } else {
                    surprises = 0;
                    left.push(retired);
                }
            }
        }
        retired.add_others(left);
    }

    /// The member whose oldest entry is the oldest, how old that of the next one is, and how many members there are.
    fn oldest(&self) -> Option<(Arc<dyn MakesRoom>, u64, usize)> {
        let members = self.members.lock();
        let (mut oldest, mut next) = ((u64::MAX, None), u64::MAX);
        for member in &*members {
            let age = member.oldest.load(Ordering::Relaxed);
            if age == self.newest() {
                continue;
            }
            if age < oldest.0
                && let Some(store) = member.store.upgrade()
            {
                next = oldest.0;
                oldest = (age, Some(store));
            } else if age < next {
                next = age;
            }
        }
        Some((oldest.1?, next, members.len()))
    }

    fn members(&self) -> Vec<Arc<dyn MakesRoom>> {
        self.members.lock().iter().filter_map(|member| member.store.upgrade()).collect()
    }

    /// From now on what the store keeps counts.
    pub(crate) fn enlist(&self, store: Weak<dyn MakesRoom>, oldest: Arc<AtomicU64>) {
        let mut members = self.members.lock();
        if members.len() == members.capacity() {
            members.retain(|member| member.store.strong_count() > 0);
        }
        members.push(Member { store, oldest });
    }

    /// A use is noted in this store. In another one a use of the entry that was used last there is noted anew then.
    pub(crate) fn take_turn(&self, store: &Weak<dyn MakesRoom>) {
        let address = store.as_ptr().cast::<()>().addr();
        if !self.is_set() || self.turn_address.load(Ordering::Relaxed) == address {
            return;
        }
        let before = {
            let mut turn = self.turn.lock();
            self.turn_address.store(address, Ordering::Relaxed);
            turn.replace(Weak::clone(store))
        };
        let before = before.and_then(|before| before.upgrade());
        if let Some(before) = before.filter(|before| Arc::as_ptr(before).cast::<()>().addr() != address) {
            before.note_uses_anew();
        }
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;
    use crate::function::hooks::Hooks;
    use crate::key::Key;
    use crate::store::entries::Store;
    use crate::store::options::Options;
    use crate::value::storage::Data;

    #[test]
    fn the_end_of_a_clear_makes_no_room_for_others() {
        const HOOKS: Hooks<u32> = Hooks::new(Data);
        let budget = Arc::new(Budget::new());
        let options = Options { weighed: true, ..Options::DEFAULT };
        let store = Store::new("f", options, Arc::default()).under(&budget);
        let (kept, _) = HOOKS.take_in(&store, &1, None);
        store.prime(Key::new(1), kept, 10);
        drop(store.begin_clear(Some("nobody's")));
        // As if somebody had kept more just now, and not made room yet.
        budget.max.store(5, Ordering::SeqCst);
        store.end_clear();
        assert_eq!(budget.excess(), 5);
        store.sweep();
        assert_eq!((budget.excess(), budget.held.load(Ordering::SeqCst)), (0, 0));
    }
}
