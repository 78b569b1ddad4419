//! Two threads that go on from batch to batch, as those of a pool do: to start one is measured nowhere.

use std::array;
use std::cell::Cell;
use std::hint::{self, black_box};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::work;

pub(crate) const MEMBERS: usize = 2;

pub(crate) type Batch = dyn Fn(&Shift) -> Run + Send + Sync;
type Job = Box<dyn FnOnce() -> Run + Send>;

pub(crate) struct Crew {
    members: [Member; MEMBERS],
    batches: Cell<u64>,
}

struct Member {
    jobs: Sender<Job>,
    runs: Receiver<Run>,
}

/// A thread's part of a batch.
pub(crate) struct Shift {
    /// The number of the batch.
    pub(crate) number: u64,
    /// Which one of the crew it is.
    pub(crate) place: usize,
    pub(crate) calls: u32,
    threads: usize,
    ready: Arc<AtomicUsize>,
}

/// A thread's account of a batch.
pub(crate) struct Run {
    pub(crate) took: Duration,
    /// Bodies that ran while the time was taken.
    pub(crate) bodies: u64,
    /// Calls before that, which did not return what their body would.
    pub(crate) wrong: usize,
}

impl Crew {
    pub(crate) fn new() -> Self {
        Self { members: array::from_fn(|_| Member::new()), batches: Cell::new(0) }
    }

    /// So many threads do `calls` calls each, at once.
    pub(crate) fn run(&self, threads: usize, calls: u32, batch: &Arc<Batch>) -> Vec<Run> {
        let ready = Arc::new(AtomicUsize::new(0));
        self.batches.update(|number| number + 1);
        let number = self.batches.get();
        let members = &self.members[..threads];
        for (place, member) in members.iter().enumerate() {
            let batch = Arc::clone(batch);
            let shift = Shift { number, place, calls, threads, ready: Arc::clone(&ready) };
            member.jobs.send(Box::new(move || batch(&shift))).expect("it waits for jobs");
        }
        members.iter().map(|member| member.runs.recv().expect("each job is run to its end")).collect()
    }
}

impl Member {
    /// Ends when the crew is dropped.
    fn new() -> Self {
        let (jobs, to_do) = mpsc::channel::<Job>();
        let (done, runs) = mpsc::channel();
        thread::spawn(move || to_do.into_iter().try_for_each(|job| done.send(job())));
        Self { jobs, runs }
    }
}

impl Shift {
    /// Waits until the others are ready too, and takes the time of a call for each key.
    pub(crate) fn time<R>(&self, keys: impl Iterator<Item = u64>, call: impl Fn(u64) -> R) -> Run {
        let before = work::bodies();
        self.ready.fetch_add(1, Ordering::AcqRel);
        while self.ready.load(Ordering::Acquire) < self.threads {
            hint::spin_loop();
        }
        let start = Instant::now();
        for key in keys.take(self.calls as usize) {
            black_box(call(black_box(key)));
        }
        let took = start.elapsed();
        Run { took, bodies: work::bodies() - before, wrong: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_of_a_batch_is_another_and_counts_its_own_bodies() {
        let crew = Crew::new();
        let batch: Arc<Batch> = Arc::new(|shift: &Shift| Run {
            wrong: shift.place,
            ..shift.time(0.., |key| (shift.place == 1).then(|| work::number(key)))
        });
        let told = |threads| crew.run(threads, 5, &batch).iter().map(|run| (run.wrong, run.bodies)).collect::<Vec<_>>();
        assert_eq!(told(1), [(0, 0)]);
        assert_eq!(told(2), [(0, 0), (1, 5)]);
    }
}
