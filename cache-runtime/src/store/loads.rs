//! The loads of a store, and the protocol of begin, commit and clear.
//!
//! A load *begins* by being listed for its key. When it ends it is struck out, and *commits* what it made only if it
//! was still listed then. A *clear* strikes out whatever runs for what it forgets. All three are made under the lock of
//! the store's state, so a clear wins against every load that runs meanwhile, without any counting of generations.
//!
//! Others wait for a load in its [`Flight`]. Mostly nobody does: so a flight is made when the first one comes to wait,
//! and until then its number stands for it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::flight::deadlock::Edge;
use crate::flight::waiting::{Flight, Waiting};
use crate::key::{BuildAlreadyHashed, Key, Keys};

/// A load, as it is listed.
#[derive(Clone, Copy)]
pub(crate) struct Listed {
    pub(crate) id: u64,
    pub(crate) keys: Keys,
    /// The flight that it belongs to, which has the number of its first load; `None` if it runs for itself: a refresh,
    /// one that stands in a load of the same arguments in another state, and all where `single_flight = false`.
    pub(crate) flight: Option<u64>,
}

#[derive(Default)]
pub(crate) struct Loads {
    by_key: HashMap<Key, OfKey, BuildAlreadyHashed>,
    /// How many run for a key that is not made of the arguments alone.
    with_variants: usize,
    /// Flights that were struck out while their first load runs, which is to end them.
    struck_out: Vec<Arc<Flight>>,
}

/// The loads of one key.
struct OfKey {
    /// The key that is made of the arguments alone.
    base: Key,
    /// How many run, those that will not be kept among them.
    running: usize,
    /// The flight that others may join.
    shared: Option<Shared>,
    /// The ids of those that run for themselves and will be kept.
    solos: Vec<u64>,
}

/// A flight by its number, and itself once somebody waits in it.
struct Shared {
    id: u64,
    flight: Option<Arc<Flight>>,
    /// Does its first load still run? That knows the flight by its number alone.
    first_runs: bool,
}

/// How a load stood when it ended.
pub(super) struct Ended {
    /// Is what it made to be kept?
    pub(super) is_listed: bool,
    /// Its flight, if anybody ever waited in it.
    pub(super) flight: Option<Arc<Flight>>,
}

impl Shared {
    /// The flight, if its first load is to find it among those that were struck out.
    fn strike_out(self) -> Option<Arc<Flight>> {
        self.flight.filter(|_| self.first_runs)
    }
}

impl OfKey {
    fn stands(&self, load: Listed) -> bool {
        match load.flight {
            Some(own) => self.shared.as_ref().is_some_and(|shared| shared.id == own),
            None => self.solos.contains(&load.id),
        }
    }

    /// Is it the only one that runs, with nobody who waits for it, and still to be kept?
    fn is_only(&self, load: Listed) -> bool {
        let is_unawaited = |shared: &Shared| shared.id == load.id && shared.flight.is_none();
        self.running == 1 && self.solos.is_empty() && self.shared.as_ref().is_some_and(is_unawaited)
    }

    /// Nothing of these is to be kept, and nobody is to join them.
    fn strike_out(&mut self, struck_out: &mut Vec<Arc<Flight>>) {
        self.solos.clear();
        struck_out.extend(self.shared.take().and_then(Shared::strike_out));
    }

    fn is_idle(&self) -> bool {
        self.running == 0 && self.shared.is_none()
    }
}

/// Begin.
impl Loads {
    /// Does any load of this key run, be it to be kept or not?
    pub(super) fn is_running(&self, key: &Key) -> bool {
        self.by_key.get(key).is_some_and(|loads| loads.running > 0)
    }

    /// The number of the flight that a call for this key may join.
    pub(super) fn flight(&self, key: &Key) -> Option<u64> {
        Some(self.by_key.get(key)?.shared.as_ref()?.id)
    }

    /// Waits in the flight of this key; `None` if nobody runs for it or is to run.
    pub(super) fn join(&mut self, key: &Key, edge: Option<Edge>) -> Option<Waiting> {
        let shared = self.by_key.get_mut(key)?.shared.as_mut()?;
        shared.flight.get_or_insert_with(|| Arc::new(Flight::new(shared.id))).join(edge)
    }

    /// A load begins, as the first of a flight; `false` if one of its key runs already, or is to run.
    pub(super) fn begin_first(&mut self, load: Listed) -> bool {
        let Keys { base, full } = load.keys;
        let Entry::Vacant(place) = self.by_key.entry(full) else { return false };
        self.with_variants += usize::from(base != full);
        let shared = Some(Shared { id: load.id, flight: None, first_runs: true });
        place.insert(OfKey { base, running: 1, shared, solos: Vec::new() });
        true
    }

    /// A load begins: for itself, as the first of a flight, or in one in which it has waited.
    pub(super) fn begin(&mut self, load: Listed) {
        let Keys { base, full } = load.keys;
        self.with_variants += usize::from(base != full);
        let new = || OfKey { base, running: 0, shared: None, solos: Vec::new() };
        let loads = self.by_key.entry(full).or_insert_with(new);
        loads.running += 1;
        match load.flight {
            Some(id) if loads.shared.as_ref().is_some_and(|shared| shared.id == id) => {}
            Some(id) => loads.shared = Some(Shared { id, flight: None, first_runs: true }),
            None => loads.solos.push(load.id),
        }
    }
}

/// Commit.
impl Loads {
    /// A load has ended, with something to be kept or without. Unless its flight is over for all who wait, they may
    /// still run in its place.
    pub(super) fn end(&mut self, load: Listed, is_over: bool, is_kept: bool) -> Ended {
        let Keys { base, full } = load.keys;
        let Entry::Occupied(mut entry) = self.by_key.entry(full) else { unreachable!("a load that runs is listed") };
        self.with_variants -= usize::from(base != full);
        let loads = entry.get_mut();
        if loads.is_only(load) {
            entry.remove();
            return Ended { is_listed: true, flight: None };
        }
        let is_listed = loads.stands(load);
        loads.running -= 1;
        let own = loads.shared.as_mut().filter(|shared| load.flight == Some(shared.id));
        let flight = own.and_then(|shared| {
            shared.first_runs = false;
            shared.flight.clone()
        });
        match load.flight {
            Some(_) if is_listed && (is_over || flight.as_ref().is_none_or(|flight| flight.is_last())) => {
                loads.shared = None;
            }
            Some(_) => {}
            None => loads.solos.retain(|id| *id != load.id),
        }
        if is_listed && is_kept {
            // Loads that began before it have seen older things, and are not to be kept after it.
            loads.solos.retain(|id| *id > load.id);
            let older = loads.shared.take_if(|shared| shared.id < load.id);
            self.struck_out.extend(older.and_then(Shared::strike_out));
        }
        if loads.is_idle() {
            entry.remove();
        }
        Ended { is_listed, flight: flight.or_else(|| self.take_struck_out(load)) }
    }

    /// The flight of its first load, if it was struck out.
    fn take_struck_out(&mut self, load: Listed) -> Option<Arc<Flight>> {
        let place = self.struck_out.iter().position(|flight| flight.id == load.id)?;
        Some(self.struck_out.swap_remove(place))
    }

    /// Those who ran for a flight, or were to, gave up.
    pub(crate) fn forget_idle_flight(&mut self, key: Key) {
        let Entry::Occupied(mut entry) = self.by_key.entry(key) else { return };
        let loads = entry.get_mut();
        loads.shared.take_if(|shared| shared.flight.as_ref().is_some_and(|flight| flight.is_idle()));
        if loads.is_idle() {
            entry.remove();
        }
    }
}

/// Clear.
impl Loads {
    /// Whatever runs for these arguments is not to be kept.
    pub(super) fn strike_out(&mut self, base: Key) {
        if self.with_variants > 0 {
            self.strike_out_if(|_, of| of == base);
        } else if let Entry::Occupied(mut entry) = self.by_key.entry(base) {
            entry.get_mut().strike_out(&mut self.struck_out);
            if entry.get().is_idle() {
                entry.remove();
            }
        }
    }

    /// Whatever runs is not to be kept, where the key and the one made of the arguments alone are such.
    pub(super) fn strike_out_if(&mut self, mut is_meant: impl FnMut(&Key, Key) -> bool) {
        let Self { by_key, struck_out, .. } = self;
        by_key.retain(|key, loads| {
            if is_meant(key, loads.base) {
                loads.strike_out(struck_out);
            }
            !loads.is_idle()
        });
    }

    /// Does nothing run, and has nothing been left behind?
    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.by_key.is_empty() && self.with_variants == 0 && self.struck_out.is_empty()
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;
    use crate::flight::waiting::{Failure, LoadEnd};

    const KEY: Key = Key::new(7);
    const KEYS: Keys = Keys { base: KEY, full: KEY };

    /// The first load of a flight finds it, however it was struck out meanwhile, exactly if somebody joined it; and
    /// when all have ended, nothing is left.
    #[test]
    fn a_first_load_finds_its_flight_and_nothing_is_left_behind() {
        for seed in 1..=2_000_u64 {
            let mut random = seed;
            let mut below = |bound: u64| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random % bound
            };
            let mut loads = Loads::default();
            let mut running: Vec<Listed> = Vec::new();
            let mut waiting: Vec<Waiting> = Vec::new();
            for id in 1..=40 {
                match below(8) {
                    0 | 1 => {
                        let flight = loads.flight(&KEY).is_none().then_some(id);
                        let load = Listed { id, keys: KEYS, flight };
                        loads.begin(load);
                        running.push(load);
                    }
                    2 | 3 => waiting.extend(loads.join(&KEY, None)),
                    4 => loads.strike_out(KEY),
                    5 => loads.strike_out_if(|_, _| true),
                    _ if running.is_empty() => {}
                    _ => {
                        let load = running.swap_remove(usize::try_from(below(running.len() as u64)).expect("few run"));
                        end(&mut loads, load, below(2) == 0, &mut waiting);
                    }
                }
            }
            for load in running {
                end(&mut loads, load, below(2) == 0, &mut waiting);
            }
            drop(waiting);
            loads.forget_idle_flight(KEY);
            assert!(loads.is_idle(), "seed {seed}");
        }
    }

    fn end(loads: &mut Loads, load: Listed, is_over: bool, waiting: &mut Vec<Waiting>) {
        let is_awaited = |waiting: &Waiting| load.flight == Some(waiting.flight().id);
        let ended = loads.end(load, is_over, is_over);
        assert_eq!(ended.flight.is_some(), waiting.iter().any(is_awaited), "load {}", load.id);
        let Some(flight) = ended.flight else { return };
        assert_eq!(Some(flight.id), load.flight);
        if is_over {
            flight.end(LoadEnd::Again);
        } else {
            flight.fail(Failure::Failed);
        }
        waiting.retain(|waiting| !is_awaited(waiting));
    }
}
