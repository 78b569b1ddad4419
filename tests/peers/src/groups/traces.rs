//! Accesses as they were recorded: how many hits the policies make of them, and what that saves where a body takes its
//! time.

use std::array;
use std::cell::{Cell, RefCell};
use std::hint::{self, black_box};
use std::iter;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use cache_runtime::{CachedFn, Key, cache_data};
use cached::Cached as _;
use cached::macros::cached;
use moka::policy::EvictionPolicy;

use crate::alternation::Effort;
use crate::check::Check;
use crate::findings::Findings;
use crate::peers::by_hand::{ByHand as _, Moka, Quick};
use crate::peers::names::{CACHED, MOKA, MOKA_TINY_LFU, OUR_TINY_LFU, OURS, QUICK};
use crate::recorded::{self, Recorded};
use crate::table::Table;
use crate::work::{self, BOUND};

const WALKERS: usize = 7;
const OUR_LRU: &str = "our lru";
const PEERS: [&str; 4] = [CACHED, MOKA, MOKA_TINY_LFU, QUICK];
/// The time of a body that takes its time.
const BODY: Duration = Duration::from_micros(20);
/// Bounds in per cent of the keys of a trace.
const SHARES: [usize; 3] = [1, 5, 20];
/// The bound where the body takes its time.
const TIMED_SHARE: usize = 5;
/// The accesses of a turn: some milliseconds.
const TURN: usize = 500;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

thread_local! {
    static BODY_TAKES: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Says where the traces are.
pub(crate) fn settle(folder: &Path) {
    drop(FOLDER.set(folder.to_owned()));
}

fn body(x: u64) -> u64 {
    let takes = BODY_TAKES.get();
    if !takes.is_zero() {
        let start = Instant::now();
        while start.elapsed() < takes {
            hint::spin_loop();
        }
    }
    work::number(x)
}

#[cache_data(max_entries = BOUND)]
fn by_default(x: u64) -> u64 {
    body(x)
}

#[cache_data(max_entries = BOUND, eviction = "lru")]
fn by_lru(x: u64) -> u64 {
    body(x)
}

#[cache_data(max_entries = BOUND, eviction = "tiny_lfu")]
fn by_tiny_lfu(x: u64) -> u64 {
    body(x)
}

#[cached(max_size = 1_000)]
fn by_cached(x: u64) -> u64 {
    body(x)
}

fn anew(handle: &CachedFn<u64, fn(u64) -> Key>, bound: usize) {
    handle.clear();
    handle.set_max_entries(bound);
}

/// A cache that is led through traces.
struct Walker {
    name: &'static str,
    /// Empties it and sets its bound.
    begin: Box<dyn Fn(usize)>,
    call: Box<dyn Fn(u64) -> u64>,
}

impl Walker {
    fn new(name: &'static str, begin: impl Fn(usize) + 'static, call: impl Fn(u64) -> u64 + 'static) -> Self {
        Self { name, begin: Box::new(begin), call: Box::new(call) }
    }

    /// By hand there is a new one for each trace.
    fn by_hand<C: 'static>(
        name: &'static str,
        new: impl Fn(usize) -> C + 'static,
        call: impl Fn(&C, u64) -> u64 + 'static,
    ) -> Self {
        let cache = Rc::new(RefCell::new(new(BOUND)));
        let also_cache = Rc::clone(&cache);
        Self::new(name, move |bound| drop(cache.replace(new(bound))), move |x| call(&also_cache.borrow(), x))
    }

    fn all() -> [Self; WALKERS] {
        let moka = |policy: EvictionPolicy| {
            move |bound| Moka::builder().max_capacity(bound as u64).eviction_policy(policy.clone()).build()
        };
        [
            Self::new(OURS, |bound| anew(&BY_DEFAULT, bound), by_default),
            Self::new(OUR_LRU, |bound| anew(&BY_LRU, bound), by_lru),
            Self::new(OUR_TINY_LFU, |bound| anew(&BY_TINY_LFU, bound), by_tiny_lfu),
            Self::new(
                CACHED,
                |bound| {
                    BY_CACHED.write().cache_clear();
                    BY_CACHED.write().set_max_size(bound);
                },
                by_cached,
            ),
            Self::by_hand(MOKA, moka(EvictionPolicy::lru()), call_moka),
            Self::by_hand(MOKA_TINY_LFU, moka(EvictionPolicy::tiny_lfu()), call_moka),
            Self::by_hand(QUICK, Quick::new, |quick, x| quick.call(&x, |x| body(*x))),
        ]
    }
}

/// moka does its housekeeping after some 64 writes, until when it is over its bound, which may be a dozen. Where hits are
/// compared it has to keep to it; where times are, it is as its users have it.
fn call_moka(moka: &Moka<u64, u64>, x: u64) -> u64 {
    let value = moka.call(&x, |x| body(*x));
    if BODY_TAKES.get().is_zero() {
        moka.run_pending_tasks();
    }
    value
}

/// The outcome of a walk.
struct Walk {
    took: Duration,
    /// In per cent.
    hits: f64,
}

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let most = if effort.is_quick() { 20_000 } else { usize::MAX };
    let title = "Hits on recorded traces";
    let traces = match FOLDER.get().map(|folder| recorded::read(folder, most)) {
        Some(Ok(traces)) => traces,
        Some(Err(error)) => return findings.tables.push(Table::new(title, &format!("not measured: {error}"), [""])),
        None => {
            let note = "skipped: no folder with traces was given (`--traces FOLDER`)";
            return findings.tables.push(Table::new(title, note, [""]));
        }
    };
    let mut walkers = Walkers { all: Walker::all(), walks: 0 };
    hits(&traces, &mut walkers, findings);
    times(&traces, &mut walkers, findings);
}

fn hits(traces: &[Recorded], walkers: &mut Walkers, findings: &mut Findings) {
    let note = "in per cent of the accesses, at bounds of 1, 5 and 20 per cent of the keys. `cached` is exactly least \
                recently used; each begins a trace empty; `moka` does its housekeeping after each call here, or it \
                would be over its bound by up to 64 entries";
    let names = walkers.names();
    let mut table = Table::new("Hits on recorded traces", note, ["bound"].iter().chain(&names));
    let mut all = Vec::new();
    for trace in traces {
        for share in SHARES {
            let hits = walkers.walk(trace, share, Duration::ZERO).map(|walk| walk.hits);
            table.row(row(format!("{}, {share} %", trace.name), hits.map(|hits| format!("{hits:.2}"))));
            all.push(hits);
        }
    }
    let rows = f64::from(u32::try_from(all.len()).unwrap_or(u32::MAX));
    let mean = |at: usize| all.iter().map(|hits| hits[at]).sum::<f64>() / rows;
    table.row(row("mean".to_owned(), array::from_fn(|at| format!("{:.2}", mean(at)))));
    findings.tables.push(table);

    let ours = place(&names, OURS);
    for peer in PEERS {
        let name = format!("mean of the hits on traces, points below {peer}");
        findings.check_everyday(Check::points_below(name, 0.0, mean(ours), mean(place(&names, peer))));
    }
    let lru = place(&names, CACHED);
    if let Some(worst) = all.iter().max_by(|one, other| (one[lru] - one[ours]).total_cmp(&(other[lru] - other[ours]))) {
        let name = "hits on the worst trace, points below the least recently used";
        findings.check_everyday(Check::points_below(name, 1.0, worst[ours], worst[lru]));
    }
}

fn times(traces: &[Recorded], walkers: &mut Walkers, findings: &mut Findings) {
    let note = "seconds for all accesses of a trace (ours / it) where a body takes 20 µs, at a bound of 5 per cent of the \
                keys, on one thread; all walk through it in turns. `moka` is as its users have it, over its bound by up to 64 entries";
    let names = walkers.names();
    let mut table = Table::new("Recorded traces with a body of 20 µs", note, [""].iter().chain(&names));
    let mut sums = [Duration::ZERO; WALKERS];
    for trace in traces {
        let times = walkers.walk(trace, TIMED_SHARE, BODY).map(|walk| walk.took);
        table.row(row(trace.name.clone(), seconds(times)));
        sums = array::from_fn(|at| sums[at] + times[at]);
    }
    table.row(row("all".to_owned(), seconds(sums)));
    findings.tables.push(table);
    for peer in PEERS {
        let ratio = sums[place(&names, OURS)].div_duration_f64(sums[place(&names, peer)]);
        findings.check_everyday(Check::ratio(format!("traces with a body of 20 µs, against {peer}"), 1.0, ratio));
    }
}

/// Each with our part of it: ours is the first.
fn seconds(times: [Duration; WALKERS]) -> [String; WALKERS] {
    times.map(|time| format!("{:.2} ({:.2})", time.as_secs_f64(), times[0].div_duration_f64(time)))
}

fn row(name: String, cells: [String; WALKERS]) -> impl Iterator<Item = String> {
    iter::once(name).chain(cells)
}

fn place(names: &[&str], name: &str) -> usize {
    names.iter().position(|known| *known == name).unwrap_or_default()
}

/// All of them, and how often they have walked.
struct Walkers {
    all: [Walker; WALKERS],
    walks: u64,
}

impl Walkers {
    fn names(&self) -> [&'static str; WALKERS] {
        self.all.each_ref().map(|walker| walker.name)
    }

    /// All walk through the trace in turns, each with a bound of so many per cent of the keys.
    fn walk(&mut self, trace: &Recorded, share: usize, body: Duration) -> [Walk; WALKERS] {
        let bound = (trace.distinct() * share / 100).max(1);
        self.all.iter().for_each(|walker| (walker.begin)(bound));
        // Keys of their own for each walk, of which nobody remembers having seen them often.
        self.walks += 1;
        let first_key = self.walks << 32;
        BODY_TAKES.set(body);
        let mut times = [Duration::ZERO; WALKERS];
        let mut bodies = [0; WALKERS];
        for (turn, keys) in trace.keys.chunks(TURN).enumerate() {
            for which in 0..WALKERS {
                let which = (turn + which) % WALKERS;
                let call = &self.all[which].call;
                let before = work::bodies();
                let start = Instant::now();
                for key in keys {
                    black_box(call(black_box(first_key + u64::from(*key))));
                }
                times[which] += start.elapsed();
                bodies[which] += work::bodies() - before;
            }
        }
        BODY_TAKES.set(Duration::ZERO);
        array::from_fn(|at| Walk { took: times[at], hits: percent(trace.keys.len(), bodies[at]) })
    }
}

/// The calls that ran no body.
fn percent(calls: usize, bodies: u64) -> f64 {
    let [calls, bodies] = [calls as u64, bodies].map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    100.0 - bodies / calls * 100.0
}
