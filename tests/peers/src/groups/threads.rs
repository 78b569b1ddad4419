//! Hits on one and on two threads.

use std::hint::{self, black_box};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::alternation::{Case, Effort, Samples};
use crate::check::Check;
use crate::findings::{Findings, compared};
use crate::groups::mixed::GROWTH;
use crate::peers::by_hand::{ByHand as _, Dash, Moka, Quick};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MEMOIZE_SHARED, MOKA, NO_CACHE, OURS, QUICK};
use crate::peers::{cached, concurrent, forget_numbers, memoize, memoize_shared, ours};
use crate::table::Table;
use crate::work::{self, BOUND};

/// A contender's name on one thread and on two.
const CONTENDERS: [[&str; 2]; 9] = [
    [OURS, "2 × ours"],
    [CACHED, "2 × cached"],
    [CONCURRENT, "2 × concurrent"],
    [MEMOIZE, "2 × memoize"],
    [MEMOIZE_SHARED, "2 × memoize shared"],
    [MOKA, "2 × moka"],
    [QUICK, "2 × quick_cache"],
    [DASH, "2 × dashmap"],
    [NO_CACHE, "2 × no cache"],
];
/// About what a processor's second cache holds.
const MANY: u64 = 1 << 14;

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let [one, two] = CONTENDERS[0];
    let hot = measure(effort, 1);
    findings.check(Check::ratio("one hot key on two threads, against one", 1.2, hot.ratio(two, one)));
    findings.tables.push(table("One hot key on two threads", &hot));
    let many = measure(effort, MANY);
    findings.check_everyday(Check::ratio("16,384 keys, two threads against one", GROWTH, many.ratio(two, one)));
    findings.tables.push(table("16,384 keys on two threads", &many));
}

fn measure(effort: Effort, keys: u64) -> Samples {
    forget_numbers();
    let moka = Moka::builder().build();
    let quick = Quick::new(BOUND + usize::try_from(MANY).unwrap_or_default() * 2);
    let dash = Dash::new();
    let mut case = Case::new();
    for threads in [1, 2] {
        let name = |place: usize| CONTENDERS[place][threads - 1];
        case = on_threads(case, name(0), threads, keys, ours::number);
        case = on_threads(case, name(1), threads, keys, cached::number);
        case = on_threads(case, name(2), threads, keys, concurrent::number);
        case = on_threads(case, name(3), threads, keys, memoize::number);
        case = on_threads(case, name(4), threads, keys, memoize_shared::number);
        case = on_threads(case, name(5), threads, keys, |x| moka.call(&x, |x| work::number(*x)));
        case = on_threads(case, name(6), threads, keys, |x| quick.call(&x, |x| work::number(*x)));
        case = on_threads(case, name(7), threads, keys, |x| dash.call(&x, |x| work::number(*x)));
        case = on_threads(case, name(8), threads, keys, work::triple);
    }
    case.measure(effort)
}

/// Adds a contender whose calls run on so many threads at once. A call's time is that of its own thread.
fn on_threads<'a>(
    case: Case<'a>,
    name: &'static str,
    threads: usize,
    keys: u64,
    call: impl Fn(u64) -> u64 + Copy + Sync + Send + 'a,
) -> Case<'a> {
    case.add_timed(name, move |calls| {
        let ready = AtomicUsize::new(0);
        let run = || {
            // What a new thread has to set up is not part of a hit.
            (0..keys).for_each(|turn| {
                black_box(call(work::spread(turn, keys)));
            });
            ready.fetch_add(1, Ordering::AcqRel);
            while ready.load(Ordering::Acquire) < threads {
                hint::spin_loop();
            }
            let start = Instant::now();
            for turn in 0..u64::from(calls) {
                black_box(call(black_box(work::spread(turn, keys))));
            }
            start.elapsed()
        };
        let total: Duration = thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            running.into_iter().filter_map(|thread| thread.join().ok()).sum()
        });
        total / u32::try_from(threads).unwrap_or(1)
    })
}

fn table(title: &str, samples: &Samples) -> Table {
    let note = "hits, `u64 -> u64`, ns per call on each thread (ours / it). `no cache` shares nothing: what it loses \
                is the machine's doing";
    let mut table = Table::new(title, note, ["", "one thread", "two threads", "two / one"]);
    for [one, two] in CONTENDERS {
        let cell = |name, ours| compared(samples.median(name), samples.ratio(ours, name));
        let [our_one, our_two] = CONTENDERS[0];
        let growth = format!("{:.2}", samples.ratio(two, one));
        table.row([one.to_owned(), cell(one, our_one), cell(two, our_two), growth]);
    }
    table
}
