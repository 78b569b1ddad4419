//! Hits by kind of value: what it costs to hand it out.

use std::hint::black_box;
use std::sync::{Arc, LazyLock};

use crate::alternation::{Case, Effort, Samples};
use crate::check::Check;
use crate::findings::{Findings, Grid};
use crate::peers::names::{CACHED, CONCURRENT, MEMOIZE, MEMOIZE_SHARED, OURS};
use crate::peers::{by_hand, cached, concurrent, memoize, memoize_shared, ours};
use crate::work::{self, HOT, Table};

const ONCE: &str = "#[once]";
const RESOURCE: &str = "our cache_resource";
/// The value itself, cloned where it stands: no cache can be faster than that.
const BY_HAND: &str = "LazyLock";

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let note = "hits on one key, `u64` argument (the last row: none), no bound";
    let mut grid = Grid::new("Values", note);

    let samples = string(effort);
    findings.check(Check::ratio("u64 -> String, against cached", 0.8, samples.ratio(OURS, CACHED)));
    findings.check(Check::ratio("a clone of the String alone, against cached", 0.8, samples.ratio(BY_HAND, CACHED)));
    findings.chart("u64 → String of 36 bytes", &samples);
    grid.add("String, 36 bytes", &samples);

    let samples = arc(effort);
    findings.chart("u64 → Arc", &samples);
    grid.add("Arc", &samples);

    let samples = only_one(effort);
    findings.check(Check::ratio("() -> Arc, cache_resource against #[once]", 1.0, samples.ratio(RESOURCE, ONCE)));
    findings.chart("() → Arc", &samples);
    grid.add("Arc, no argument", &samples);
    findings.grid(&grid);
}

fn string(effort: Effort) -> Samples {
    static ALONE: LazyLock<String> = LazyLock::new(|| work::string(HOT));
    let case = Case::new()
        .add(OURS, || ours::string(black_box(HOT)))
        .add(CACHED, || cached::string(black_box(HOT)))
        .add(CONCURRENT, || concurrent::string(black_box(HOT)))
        .add(MEMOIZE, || memoize::string(black_box(HOT)))
        .add(MEMOIZE_SHARED, || memoize_shared::string(black_box(HOT)))
        .add(BY_HAND, || ALONE.clone());
    by_hand::add_to(case, &HOT, |x| work::string(*x)).measure(effort)
}

fn arc(effort: Effort) -> Samples {
    let case = Case::new()
        .add(OURS, || ours::table(black_box(HOT)))
        .add(RESOURCE, || ours::resource(black_box(HOT)))
        .add(CACHED, || cached::table(black_box(HOT)))
        .add(CONCURRENT, || concurrent::table(black_box(HOT)))
        .add(MEMOIZE, || memoize::table(black_box(HOT)))
        .add(MEMOIZE_SHARED, || memoize_shared::table(black_box(HOT)));
    by_hand::add_to(case, &HOT, |x| work::table(*x)).measure(effort)
}

fn only_one(effort: Effort) -> Samples {
    static ALONE: LazyLock<Arc<Table>> = LazyLock::new(|| work::table(1));
    Case::new()
        .add(RESOURCE, ours::only_one)
        .add(ONCE, cached::only_one)
        .add(BY_HAND, || Arc::clone(&ALONE))
        .measure(effort)
}
