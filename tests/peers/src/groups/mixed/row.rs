//! A row: contenders with the same work, each on one thread and on two.

use std::cell::Cell;
use std::ops::RangeFrom;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::alternation::{Case, Effort, Samples};
use crate::crew::{Batch, Crew, MEMBERS, Run, Shift};
use crate::peers::names::{CACHED, is_ours};

/// The kind of calls in a row: which of them may run bodies.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Work {
    Hits,
    Misses,
    Both,
}

pub(super) struct Row<'a> {
    crew: &'a Crew,
    name: &'static str,
    work: Work,
    contenders: Vec<(&'static str, Arc<Batch>)>,
}

/// Times and hits, on one thread and on two.
pub(super) struct Measured {
    pub(super) times: [Samples; MEMBERS],
    /// In per cent.
    pub(super) hits: Vec<(&'static str, [f64; MEMBERS])>,
}

impl<'a> Row<'a> {
    pub(super) fn new(crew: &'a Crew, name: &'static str, work: Work) -> Self {
        Self { crew, name, work, contenders: Vec::new() }
    }

    pub(super) fn add(&mut self, name: &'static str, batch: impl Fn(&Shift) -> Run + Send + Sync + 'static) {
        self.contenders.push((name, Arc::new(batch)));
    }

    /// So many calls of each contender that nobody looks at.
    pub(super) fn warm_up(&self, calls: u32) {
        for (_, batch) in &self.contenders {
            self.crew.run(MEMBERS, calls, batch);
        }
    }

    /// All in turns, those on two threads too. `calls` where it is not for the clock to find out.
    pub(super) fn measure(&self, effort: Effort, calls: Option<u32>) -> Measured {
        let tallies: [Vec<Tally>; MEMBERS] = [(); MEMBERS].map(|()| vec![Tally::default(); self.contenders.len()]);
        let mut case = Case::new();
        for (tallies, threads) in tallies.iter().zip(1..) {
            for ((name, batch), tally) in self.contenders.iter().zip(tallies) {
                let batch = move |calls| {
                    let runs = self.crew.run(threads, calls, batch);
                    for run in &runs {
                        self.judge(name, calls, run);
                    }
                    tally.note(calls, &runs);
                    let total: Duration = runs.iter().map(|run| run.took).sum();
                    total / u32::try_from(runs.len()).unwrap_or(1)
                };
                case = match calls {
                    Some(calls) => case.add_fixed(name, calls, batch),
                    None => case.add_timed(name, batch),
                };
            }
        }
        let times = case.measure(effort).halves();
        let both = |tally: &Tally| (1.0..100.0).contains(&tally.hits());
        assert!(self.work != Work::Both || tallies.iter().flatten().all(both), "{}: not hits and misses", self.name);
        let names = self.contenders.iter().map(|(name, _)| *name);
        let hits =
            names.enumerate().map(|(at, name)| (name, tallies.each_ref().map(|tally| tally[at].hits()))).collect();
        Measured { times, hits }
    }

    /// Other work than was asked for is not compared. A peer may divide its bound among shards and so
    /// miss below it: that is told as its hits.
    fn judge(&self, name: &str, calls: u32, run: &Run) {
        assert_eq!(run.wrong, 0, "{}: {name} returned what its body would not", self.name);
        let bodies = run.bodies;
        match self.work {
            Work::Hits if is_ours(name) || name == CACHED => {
                assert_eq!(bodies, 0, "{}: {name} ran bodies", self.name);
            }
            Work::Misses => assert_eq!(bodies, u64::from(calls), "{}: {name} did not run each body", self.name),
            Work::Hits | Work::Both => {}
        }
    }
}

#[derive(Clone, Default)]
struct Tally {
    calls: Cell<u64>,
    bodies: Cell<u64>,
}

impl Tally {
    fn note(&self, calls: u32, runs: &[Run]) {
        for run in runs {
            self.calls.update(|sum| sum + u64::from(calls));
            self.bodies.update(|sum| sum + run.bodies);
        }
    }

    /// In per cent.
    #[expect(clippy::cast_precision_loss, reason = "two digits of it are shown")]
    fn hits(&self) -> f64 {
        100.0 - self.bodies.get() as f64 / self.calls.get() as f64 * 100.0
    }
}

/// Where each thread has got to with one contender, so that it goes on there in the next batch.
#[derive(Default)]
pub(super) struct Turns([AtomicU64; MEMBERS]);

impl Turns {
    /// The first of so many turns of the thread at this place.
    pub(super) fn next(&self, place: usize, calls: u32) -> u64 {
        self.0[place].fetch_add(u64::from(calls), Relaxed)
    }

    /// The turns of a batch. No two threads ever have the same.
    pub(super) fn apart(&self, shift: &Shift) -> RangeFrom<u64> {
        ((shift.place as u64) << 40) + self.next(shift.place, shift.calls)..
    }
}
