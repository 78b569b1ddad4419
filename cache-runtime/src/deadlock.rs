//! Waiting in a circle: found before it hangs.
//!
//! One load may wait for another (its body calls a cached function that somebody else is running). If the other one,
//! over however many steps, waits for the first, none will ever end. That is the same mistake as a recursive call
//! with the same arguments, only that several threads or tasks make it together.

use parking_lot::Mutex;

use crate::context::{self, Frame};

/// Which load waits for which. Locked only when a load has to wait inside another load's body.
static WAITS: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

/// The loads around this call, innermost first.
fn loads_around() -> Vec<u64> {
    let mut loads = Vec::new();
    context::find(|frame| {
        if let Frame::Load(run) = frame
            && run.is_on()
        {
            loads.push(run.id);
        }
        None::<()>
    });
    loads
}

/// While it lives, the loads around the call that made it wait for another.
pub(crate) struct Edge {
    waiting: Vec<u64>,
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
        let mut reached = vec![awaited];
        let mut at = 0;
        while let Some(&load) = reached.get(at) {
            if waiting.contains(&load) {
                return Err(Circle);
            }
            for &(_, next) in waits.iter().filter(|(from, _)| *from == load) {
                if !reached.contains(&next) {
                    reached.push(next);
                }
            }
            at += 1;
        }
        waits.extend(waiting.iter().map(|&load| (load, awaited)));
        Ok(Some(Self { waiting, awaited }))
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let mut waits = WAITS.lock();
        for &load in &self.waiting {
            if let Some(at) = waits.iter().position(|&edge| edge == (load, self.awaited)) {
                waits.swap_remove(at);
            }
        }
    }
}
