//! Work that users have besides one hot key: few and many keys, bounds that are full, misses, on one thread and on two.

mod hits;
mod misses;
mod row;
mod zipf;

use crate::alternation::Effort;
use crate::check::Check;
use crate::crew::Crew;
use crate::findings::{Findings, Grid};
use crate::groups::mixed::row::Measured;
use crate::peers::names::{CACHED, OURS};

/// How much longer a call may take while another thread does the same.
pub(crate) const GROWTH: f64 = 1.3;

/// The most that a call of ours may take in parts of `cached`'s, on one thread and on two.
type Bound = [f64; 2];

const A_FEW: Bound = [0.5, 0.25];
const A_THOUSAND: Bound = [0.9, 0.3];

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let crew = &Crew::new();
    let mut rows = Rows::new(findings);
    rows.add("1 key", None, |name| hits::unbounded(crew, effort, name, 1));
    rows.add("1 key, max_entries", None, |name| hits::bounded(crew, effort, name, 1));
    rows.add("2 keys, max_entries", Some(A_FEW), |name| hits::bounded(crew, effort, name, 2));
    rows.add("16 keys, max_entries", Some(A_FEW), |name| hits::bounded(crew, effort, name, 16));
    rows.add("64 keys, max_entries", Some(A_FEW), |name| hits::bounded(crew, effort, name, 64));
    rows.add("64 keys, ttl", Some([0.35, 0.2]), |name| hits::mortal(crew, effort, name, 64));
    rows.add("900 keys, max_entries", Some(A_THOUSAND), |name| hits::bounded(crew, effort, name, 900));
    rows.add("1,000 keys", Some(A_THOUSAND), |name| hits::unbounded(crew, effort, name, 1_000));
    rows.add("10,000 keys", Some([1.2, 0.4]), |name| hits::unbounded(crew, effort, name, 10_000));
    rows.add("200,000 keys", Some([1.5, 0.8]), |name| hits::unbounded(crew, effort, name, 200_000));
    rows.add("5,000 keys -> String", Some([1.1, 0.5]), |name| hits::strings(crew, effort, name, 5_000));
    rows.add("Zipf, full bound", Some([2.0, 0.8]), |name| zipf::full(crew, effort, name));
    rows.add("miss, no bound", Some([2.0, 0.8]), |name| misses::unbounded(crew, effort, name));
    rows.add("miss, evicting", Some([3.0, 0.8]), |name| misses::evicting(crew, effort, name));
    rows.show();
}

/// On their way to being tables.
struct Rows<'a> {
    findings: &'a mut Findings,
    times: [Grid; 2],
    growth: Grid,
    hits: Grid,
}

impl<'a> Rows<'a> {
    fn new(findings: &'a mut Findings) -> Self {
        let note = "`u64 -> u64` unless it says otherwise, ns per call on each thread; `max_entries` of 1,000 (10,000 for \
                    `String` and Zipf). Keys come each as often as any other, in no order; or 100,000 keys as Zipf has \
                    them; or, for misses, each thread has keys of its own that never came before. The body is trivial: \
                    with one that takes its time, what counts is how often it runs. `no cache` is that body and making \
                    the key, which is part of all";
        let growth = "a call on one of two threads that do the same, in parts of a call on one thread alone";
        let hits = "in per cent of the calls measured. Where keys are few enough for the bound, who divides it among \
                    shards may miss all the same";
        Self {
            findings,
            times: ["Mixed, on one thread", "Mixed, on two threads"].map(|title| Grid::new(title, note)),
            growth: Grid::of("two / one", "Mixed, two threads against one", growth),
            hits: Grid::of("one thread / two", "Mixed, hits", hits),
        }
    }

    fn add(&mut self, name: &'static str, bound: Option<Bound>, measure: impl FnOnce(&'static str) -> Measured) {
        let Measured { times, hits } = measure(name);
        let [one, two] = &times;
        if let Some(bounds) = bound {
            for ((times, bound), threads) in times.iter().zip(bounds).zip(["one thread", "two threads"]) {
                let ratio = times.ratio(OURS, CACHED);
                self.findings.check_everyday(Check::ratio(format!("{name}, {threads}"), bound, ratio));
            }
        }
        let growth = format!("{name}, two threads against one");
        self.findings.check_everyday(Check::ratio(growth, GROWTH, two.against(one, OURS)));
        self.growth.add_cells(name, one.names().map(|each| (each, format!("{:.2}", two.against(one, each)))));
        for (grid, times) in self.times.iter_mut().zip(&times) {
            grid.add(name, times);
        }
        self.hits.add_cells(name, hits.into_iter().map(|(name, [one, two])| (name, format!("{one:.2} / {two:.2}"))));
        self.findings.chart_mixed(name, &times);
    }

    fn show(self) {
        for grid in self.times.iter().chain([&self.growth, &self.hits]) {
            self.findings.grid(grid);
        }
    }
}
