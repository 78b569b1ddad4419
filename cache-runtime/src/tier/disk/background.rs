//! Writes that nobody waits for, on a thread that is there while there are any.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// With more than so many bytes waiting, who brings others writes them.
const MOST_BYTES: usize = 64 << 20;
/// For how long a thread waits for more.
const IDLE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Background(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(usize, Job)>,
    /// Of what waits and what is being written.
    bytes: usize,
    is_busy: bool,
    has_thread: bool,
}

impl Background {
    pub(super) fn write(&self, bytes: usize, job: impl FnOnce() + Send + 'static) {
        let mut queue = self.0.queue.lock();
        if queue.bytes.saturating_add(bytes) > MOST_BYTES || !self.has_thread(&mut queue) {
            drop(queue);
            job();
            return;
        }
        queue.bytes += bytes;
        queue.waiting.push_back((bytes, Box::new(job)));
        self.0.changed.notify_all();
    }

    /// There may be no room for one.
    fn has_thread(&self, queue: &mut Queue) -> bool {
        if !queue.has_thread {
            let shared = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("cache-runtime-write".to_owned());
            queue.has_thread = thread.spawn(move || shared.work()).is_ok();
        }
        queue.has_thread
    }

    /// Waits until all is written that was brought before.
    pub(super) fn flush(&self) {
        let mut queue = self.0.queue.lock();
        while queue.is_busy || !queue.waiting.is_empty() {
            self.0.changed.wait(&mut queue);
        }
    }
}

impl Shared {
    fn work(&self) {
        let mut queue = self.queue.lock();
        loop {
            let Some((bytes, job)) = queue.waiting.pop_front() else {
                if self.changed.wait_for(&mut queue, IDLE).timed_out() && queue.waiting.is_empty() {
                    queue.has_thread = false;
                    return;
                }
                continue;
            };
            queue.is_busy = true;
            drop(queue);
            drop(catch_unwind(AssertUnwindSafe(job)));
            queue = self.queue.lock();
            queue.is_busy = false;
            queue.bytes -= bytes;
            self.changed.notify_all();
        }
    }
}
