//! Waiting in a circle: found before it hangs.
//!
//! One load may wait for another (its body calls a cached function that somebody else is running). If the other one,
//! over however many steps, waits for the first, none will ever end. That is the same mistake as a recursive call
//! with the same arguments, only that several threads or tasks make it together.

use std::collections::{HashMap, HashSet};

use once_cell::sync::Lazy;
use parking_lot::Mutex;

use crate::context::frame::{self, Frame};

/// Which loads wait for which, once for each wait. Locked only when a load has to wait inside another load's body.
static WAITS: Lazy<Mutex<HashMap<u64, Vec<u64>>>> = Lazy::new(Mutex::default);

/// The loads around this call.
fn loads_around() -> HashSet<u64> {
    let mut loads = HashSet::new();
    frame::find(|frame| {
        if let Frame::Load(run) = frame
            && run.is_on()
        {
            loads.insert(run.awaited_as);
        }
        None::<()>
    });
    loads
}

/// While it lives, the loads around the call that made it wait for another.
pub(crate) struct Edge {
    waiting: HashSet<u64>,
    awaited: u64,
}

/// A load would wait for itself.
pub(crate) struct Circle;

impl Edge {
    /// Notes that the loads around this call wait for `awaited`. `None` where there are none.
    pub(crate) fn towards(awaited: u64) -> Result<Option<Self>, Circle> {
        let waiting = loads_around();
        if waiting.is_empty() {
            return Ok(None);
        }
        let mut waits = WAITS.lock();
        let mut reached = HashSet::from([awaited]);
        let mut to_follow = vec![awaited];
        while let Some(load) = to_follow.pop() {
            if waiting.contains(&load) {
                return Err(Circle);
            }
            to_follow.extend(waits.get(&load).into_iter().flatten().filter(|&&next| reached.insert(next)));
        }
        for &load in &waiting {
            waits.entry(load).or_default().push(awaited);
        }
        Ok(Some(Self { waiting, awaited }))
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let mut waits = WAITS.lock();
        for load in &self.waiting {
            let Some(awaited) = waits.get_mut(load) else { continue };
            if let Some(at) = awaited.iter().position(|&other| other == self.awaited) {
                awaited.swap_remove(at);
            }
            if awaited.is_empty() {
                waits.remove(load);
            }
        }
    }
}
