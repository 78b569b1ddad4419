//! Hits by kind of argument: what it costs to make the key and to find it.

use std::hint::black_box;

use xxhash_rust::xxh3::xxh3_128;

use crate::allocator::Meter;
use crate::alternation::{Case, Effort, Samples};
use crate::check::Check;
use crate::findings::{Findings, Grid};
use crate::peers::names::{CACHED, CONCURRENT, MEMOIZE, MEMOIZE_SHARED, OURS};
use crate::peers::{by_hand, cached, concurrent, forget_numbers, memoize, memoize_shared, ours};
use crate::work::{self, HOT, Query, TEXT};

/// The floor for large arguments.
const ONE_SHOT: &str = "xxh3-128 of it";

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let note = "hits on one key, `u64` values, no bound. Who needs an owned argument gets a clone per call";
    let mut grid = Grid::new("Arguments", note);

    let samples = number(effort);
    findings.check(Check::ratio("u64 -> u64, against cached", 0.4, samples.ratio(OURS, CACHED)));
    findings.check(Check::ratio("u64 -> u64, against memoize", 0.55, samples.ratio(OURS, MEMOIZE)));
    findings.check(Check::none("heap allocations of a hit", allocations_of_hits()));
    findings.chart("u64 → u64", &samples);
    grid.add("u64", &samples);

    let samples = text(effort);
    findings.check(Check::ratio("&str of 36 bytes -> u64, against cached", 0.5, samples.ratio(OURS, CACHED)));
    findings.chart("&str of 36 bytes → u64", &samples);
    grid.add("&str, 36 bytes", &samples);

    let samples = query(effort);
    findings.chart("&struct of 5 fields → u64", &samples);
    grid.add("&struct, 5 fields", &samples);

    let samples = bytes(effort, &vec![0xA5; 1 << 10]);
    findings.chart("&[u8] of 1 KiB → u64", &samples);
    grid.add("&[u8], 1 KiB", &samples);

    let samples = bytes(effort, &vec![0xA5; 1 << 20]);
    findings.check(Check::ratio("&[u8] of 1 MiB, against xxh3-128 of it", 1.3, samples.ratio(OURS, ONE_SHOT)));
    grid.add("&[u8], 1 MiB", &samples);
    grid.add("&[f64], 100,000", &reals(effort));
    findings.grid(&grid);
}

fn number(effort: Effort) -> Samples {
    forget_numbers();
    let case = Case::new()
        .add(OURS, || ours::number(black_box(HOT)))
        .add(CACHED, || cached::number(black_box(HOT)))
        .add(CONCURRENT, || concurrent::number(black_box(HOT)))
        .add(MEMOIZE, || memoize::number(black_box(HOT)))
        .add(MEMOIZE_SHARED, || memoize_shared::number(black_box(HOT)));
    by_hand::add_to(case, &HOT, |x| work::number(*x)).measure(effort)
}

fn text(effort: Effort) -> Samples {
    let case = Case::new()
        .add(OURS, || ours::text(black_box(TEXT)))
        .add(CACHED, || cached::text(black_box(TEXT)))
        .add(CONCURRENT, || concurrent::text(black_box(TEXT)))
        .add(MEMOIZE, || memoize::text(black_box(TEXT).to_owned()))
        .add(MEMOIZE_SHARED, || memoize_shared::text(black_box(TEXT).to_owned()));
    by_hand::add_to(case, TEXT, |x| work::size(x.as_bytes())).measure(effort)
}

fn query(effort: Effort) -> Samples {
    let query = &Query::example();
    let case = Case::new()
        .add(OURS, || ours::query(black_box(query)))
        .add(CACHED, || cached::query(black_box(query)))
        .add(CONCURRENT, || concurrent::query(black_box(query)))
        .add(MEMOIZE, || memoize::query(black_box(query).clone()))
        .add(MEMOIZE_SHARED, || memoize_shared::query(black_box(query).clone()));
    by_hand::add_to(case, query, work::user).measure(effort)
}

fn bytes(effort: Effort, bytes: &[u8]) -> Samples {
    let case = Case::new()
        .add(OURS, || ours::bytes(black_box(bytes)))
        .add(CACHED, || cached::bytes(black_box(bytes)))
        .add(CONCURRENT, || concurrent::bytes(black_box(bytes)))
        .add(MEMOIZE, || memoize::bytes(black_box(bytes).to_owned()))
        .add(MEMOIZE_SHARED, || memoize_shared::bytes(black_box(bytes).to_owned()));
    by_hand::add_to(case, bytes, work::size).add(ONE_SHOT, || xxh3_128(black_box(bytes))).measure(effort)
}

fn reals(effort: Effort) -> Samples {
    let reals: &[f64] = &(0..100_000).map(f64::from).collect::<Vec<_>>();
    Case::new()
        .add(OURS, || ours::reals(black_box(reals)))
        .add(CACHED, || cached::reals(black_box(reals)))
        .add(ONE_SHOT, || xxh3_128(bytemuck::cast_slice(black_box(reals))))
        .measure(effort)
}

fn allocations_of_hits() -> usize {
    let query = &Query::example();
    let hits = || {
        black_box(ours::number(black_box(HOT)));
        black_box(ours::text(black_box(TEXT)));
        black_box(ours::query(black_box(query)));
        black_box(ours::bounded_mortal(black_box(HOT)));
        black_box(ours::idle(black_box(HOT)));
    };
    hits();
    hits();
    let meter = Meter::begin();
    hits();
    meter.calls()
}
