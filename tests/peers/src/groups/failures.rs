//! Many callers at once of a function that fails: how long the slowest waits, and how often the body runs.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::alternation::{Effort, median};
use crate::check::Check;
use crate::findings::Findings;
use crate::peers::failing::{self, AsyncCall, BODY, Call, Upstream};
use crate::peers::names::OURS;
use crate::table::Table;

const CALLERS: usize = 100;
/// As many bodies in a row as the slowest of them may wait for, and something for all that is around them.
const BOUND: Duration = BODY.saturating_mul(8).saturating_add(Duration::from_millis(100));
const NEVER: u32 = u32::MAX;
/// Where each waits for the one before, more callers only take longer.
const MOST_ONE_BY_ONE: usize = CALLERS;

/// A name, how it calls on a thread, how in a task, and whether its callers run the body one by one.
const CONTENDERS: [(&str, Call, AsyncCall, bool); 5] = [
    (OURS, failing::ours, failing::ASYNC_OURS, false),
    ("our Arc<Error>", failing::ours_shared, failing::ASYNC_OURS_SHARED, false),
    ("cached by_key", failing::cached, failing::ASYNC_CACHED, true),
    ("moka try_get_with", failing::moka, failing::ASYNC_MOKA, false),
    ("no cache", failing::uncached, failing::ASYNC_UNCACHED, false),
];

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let on_threads = [(2, NEVER), (10, NEVER), (CALLERS, NEVER), (CALLERS, 3)];
    let name = "slowest of 100 threads whose body fails, 50 ms each";
    group(effort, findings, ("Failures, on threads", name), &on_threads, |(_, call, ..), upstream, callers, key| {
        threads(call, &upstream, callers, key)
    });

    let Ok(runtime) = Runtime::new() else { return };
    let in_tasks = [(2, NEVER), (10, NEVER), (CALLERS, NEVER), (1_000, NEVER), (CALLERS, 3), (1_000, 3)];
    let name = "slowest of 100 tasks whose body fails, 50 ms each";
    group(effort, findings, ("Failures, in tasks", name), &in_tasks, |(_, _, call, _), upstream, callers, key| {
        runtime.block_on(tasks(call, &upstream, callers, key))
    });
}

/// What became of callers that called at once.
#[derive(Clone, Copy)]
struct Round {
    slowest: Duration,
    served: usize,
}

type Contender = (&'static str, Call, AsyncCall, bool);

fn group(
    effort: Effort,
    findings: &mut Findings,
    (title, check): (&str, &'static str),
    cases: &[(usize, u32)],
    round: impl Fn(Contender, Arc<Upstream>, usize, u64) -> Round,
) {
    let note = "callers at once of one key; the body takes 50 ms and returns an `anyhow::Error`. Median of what the \
                slowest waits, and how many bodies ran; where the upstream recovers, how many callers got a value. moka \
                and `our Arc<Error>` share the one error with all who wait. `no cache` just runs";
    let mut table = Table::new(title, note, ["callers"].into_iter().chain(CONTENDERS.map(|(name, ..)| name)));
    for &(callers, recovers_with) in cases {
        let cells = measure(effort, (callers, recovers_with), &round);
        if let (CALLERS, NEVER, Some(Some(ours))) = (callers, recovers_with, cells.first()) {
            findings.check(Check::milliseconds(check, BOUND.as_secs_f64() * 1e3, ours.milliseconds));
        }
        let case =
            if recovers_with == NEVER { format!("{callers}") } else { format!("{callers}, the third body succeeds") };
        let cells = cells.iter().map(|cell| cell.as_ref().map_or_else(String::new, |cell| cell.show(recovers_with)));
        table.row([case].into_iter().chain(cells));
    }
    findings.tables.push(table);
}

/// Medians over the rounds.
struct Cell {
    milliseconds: f64,
    bodies: f64,
    served: f64,
}

impl Cell {
    fn show(&self, recovers_with: u32) -> String {
        let Self { milliseconds, bodies, served } = self;
        let bodies = format!("{milliseconds:.0} ms, {bodies:.0} {}", if *bodies > 1.0 { "bodies" } else { "body" });
        if recovers_with == NEVER { bodies } else { format!("{bodies}, {served:.0} served") }
    }
}

/// All contenders in turns; `None` for those that would only take their time.
fn measure(
    effort: Effort,
    (callers, recovers_with): (usize, u32),
    round: impl Fn(Contender, Arc<Upstream>, usize, u64) -> Round,
) -> Vec<Option<Cell>> {
    let rounds = if effort.is_quick() { 3 } else { 11 };
    let mut all = CONTENDERS.map(|_| [const { Vec::new() }; 3]);
    for _ in 0..rounds {
        for (contender, [times, bodies, served]) in CONTENDERS.into_iter().zip(&mut all) {
            let (.., is_one_by_one) = contender;
            if is_one_by_one && callers > MOST_ONE_BY_ONE && recovers_with == NEVER {
                continue;
            }
            let upstream = Arc::new(Upstream::new(recovers_with));
            let Round { slowest, served: got } = round(contender, Arc::clone(&upstream), callers, fresh_key());
            times.push(slowest.as_secs_f64() * 1e3);
            bodies.push(f64::from(upstream.bodies()));
            served.push(f64::from(u32::try_from(got).unwrap_or(u32::MAX)));
        }
    }
    let cell = |[times, bodies, served]: [Vec<f64>; 3]| {
        let cell = Cell { milliseconds: median(&times), bodies: median(&bodies), served: median(&served) };
        (!times.is_empty()).then_some(cell)
    };
    all.map(cell).into_iter().collect()
}

/// Nothing is kept for it.
fn fresh_key() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn threads(call: Call, upstream: &Upstream, callers: usize, key: u64) -> Round {
    let ready = Barrier::new(callers);
    let served = AtomicUsize::new(0);
    let caller = || {
        ready.wait();
        let start = Instant::now();
        if call(upstream, key) {
            served.fetch_add(1, Ordering::Relaxed);
        }
        start.elapsed()
    };
    let slowest = thread::scope(|scope| {
        let running: Vec<_> = (0..callers).map(|_| scope.spawn(caller)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).max()
    });
    Round { slowest: slowest.unwrap_or_default(), served: served.into_inner() }
}

async fn tasks(call: AsyncCall, upstream: &Arc<Upstream>, callers: usize, key: u64) -> Round {
    let ready = Arc::new(tokio::sync::Barrier::new(callers));
    let running: Vec<_> = (0..callers)
        .map(|_| {
            let (ready, upstream) = (Arc::clone(&ready), Arc::clone(upstream));
            tokio::spawn(async move {
                ready.wait().await;
                let start = Instant::now();
                let is_served = call(upstream, key).await;
                (start.elapsed(), is_served)
            })
        })
        .collect();
    let mut round = Round { slowest: Duration::ZERO, served: 0 };
    for task in running {
        if let Ok((time, is_served)) = task.await {
            round.slowest = round.slowest.max(time);
            round.served += usize::from(is_served);
        }
    }
    round
}
