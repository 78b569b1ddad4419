//! An executor of our own: any thread polls any task, when it was woken, and drops it after any of its awaits.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::counts::Counts;
use crate::mischief::{self, Place, caught};
use crate::subject::Task;
use crate::world::Function;
use crate::{findings, random};

pub(crate) static TASKS: Counts<5> = Counts::new(["begun", "polls", "done", "cancelled", "panicked"]);
const BEGUN: usize = 0;
const POLLS: usize = 1;
const DONE: usize = 2;
const CANCELLED: usize = 3;
const PANICKED: usize = 4;

/// At most so many tasks are under way.
const MOST: usize = 24;

struct Running {
    id: u64,
    function: Function,
    task: Task,
    alarm: Arc<Alarm>,
}

/// What wakes a task.
struct Alarm {
    rang: AtomicBool,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.rang.store(true, Ordering::SeqCst);
        mischief::happens(Place::Wake);
    }
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());

fn running<R>(f: impl FnOnce(&mut Vec<Running>) -> R) -> R {
    f(&mut RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Lets others run, up to three times.
pub(crate) async fn pause() {
    let mut times = random::below(4);
    poll_fn(move |task| {
        if times == 0 {
            return Poll::Ready(());
        }
        times -= 1;
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Is there room for one more task?
pub(crate) fn has_room() -> bool {
    running(|running| running.len() < MOST)
}

/// One more task, to be polled later.
pub(crate) fn spawn(function: Function, task: Task) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    TASKS.one(BEGUN);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let alarm = Arc::new(Alarm { rang: AtomicBool::new(true) });
    running(|running| running.push(Running { id, function, task, alarm }));
}

/// Polls some task once, or drops it.
pub(crate) fn step() {
    let chosen =
        running(|running| (!running.is_empty()).then(|| running.swap_remove(random::index_below(running.len()))));
    let Some(chosen) = chosen else { return };
    if random::one_in(16) {
        TASKS.one(CANCELLED);
        caught(|| drop(chosen));
    } else if chosen.alarm.rang.swap(false, Ordering::SeqCst) || random::one_in(64) {
        poll(chosen);
    } else {
        running(|running| running.push(chosen));
    }
}

fn poll(mut chosen: Running) {
    TASKS.one(POLLS);
    let waker = Waker::from(Arc::clone(&chosen.alarm));
    let polled = caught(|| Pin::new(&mut chosen.task).poll(&mut Context::from_waker(&waker)));
    match polled {
        Some(Poll::Pending) => return running(|running| running.push(chosen)),
        Some(Poll::Ready(())) => TASKS.one(DONE),
        None => TASKS.one(PANICKED),
    }
    caught(|| drop(chosen));
}

/// Polls all tasks to their ends. Each that waits is woken by one that goes on.
pub(crate) fn finish() {
    loop {
        let (woken, waiting): (Vec<_>, Vec<_>) =
            running(std::mem::take).into_iter().partition(|task| task.alarm.rang.swap(false, Ordering::SeqCst));
        let is_over = woken.is_empty();
        if is_over {
            for task in waiting {
                findings::wrong(format_args!("task {} of {} is never woken", task.id, task.function.name()));
                caught(|| drop(task));
            }
            return;
        }
        running(|running| running.extend(waiting));
        woken.into_iter().for_each(poll);
    }
}
