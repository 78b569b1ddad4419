//! What is on disk: hits and writes of small and large values, and the first call of a process.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use crate::alternation::{Case, Effort, Samples, median};
use crate::check::Check;
use crate::findings::{Findings, Grid, nanoseconds};
use crate::peers::disk::{self, LARGE, Plain, SMALL};
use crate::peers::names::{CACHED, OURS};
use crate::table::Table;

const PLAIN: &str = "plain files";
/// Says that the process is only there for its first call, and whose.
pub(crate) const FIRST_CALL: &str = "--first-call";
const REPETITIONS: usize = 11;

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let folder = env::temp_dir().join(format!("cache-runtime-peers-disk-{}", process::id()));
    // First, for `redb` lets one process at a time use its file.
    let first_calls = first_calls(&folder, findings);
    disk::settle(&folder);
    let note = "`u64 -> String`, nothing in memory, all in the file system's cache. `cached` with `redb_store` through \
                `#[concurrent_cached(disk = true)]`, as it is without options; plain files: open, read, close, and create, \
                write, rename of the same bytes";
    let mut grid = Grid::new("On disk", note);
    for (what, length, bound) in [("hit, 200 B", SMALL, 1.6), ("hit, 1 MiB", LARGE, 1.3)] {
        let hits = hits(effort, length);
        findings.check(Check::ratio(format!("disk {what}, against open, read, close"), bound, hits.ratio(OURS, PLAIN)));
        grid.add(what, &hits);
    }
    let small = writes(effort, SMALL, 200);
    let against_plain = small.ratio(OURS, PLAIN);
    findings.check(Check::ratio("disk write, 200 B, against create, write, rename", 2.0, against_plain));
    grid.add("write, 200 B", &small);
    grid.add("write, 1 MiB", &writes(effort, LARGE, 10));
    findings.check(Check::microseconds("disk clear, whatever is there", 20.0, clears(effort) / 1e3));
    findings.grid(&grid);
    findings.tables.push(first_calls);
    drop(fs::remove_dir_all(folder));
}

fn hits(effort: Effort, length: usize) -> Samples {
    let plain = Plain::new(length);
    Case::new()
        .add(OURS, move || disk::ours(black_box(1), length))
        .add(CACHED, move || disk::cached(black_box(1), length))
        .add(PLAIN, move || plain.read(black_box(1)))
        .measure(effort)
}

/// Misses with a body that takes no time to speak of: what is measured is the write.
fn writes(effort: Effort, length: usize, calls: u32) -> Samples {
    let mut fresh = 1_000_000 * length as u64..;
    let (mut also_fresh, mut fresh_too) = (fresh.clone(), fresh.clone());
    let plain = Plain::new(length);
    Case::new()
        .add_fixed(OURS, calls, move |calls| timed(fresh.by_ref().take(calls as usize), |x| disk::ours(x, length)))
        .add_fixed(CACHED, calls, move |calls| {
            timed(also_fresh.by_ref().take(calls as usize), |x| disk::cached(x, length))
        })
        .add_fixed(PLAIN, calls, move |calls| {
            timed(fresh_too.by_ref().take(calls as usize), |x| {
                plain.write(x);
                String::new()
            })
        })
        .measure(effort)
}

/// The nanoseconds of a clear of a function.
fn clears(effort: Effort) -> f64 {
    Case::new().add(OURS, || disk::OURS.clear()).measure(effort).median(OURS)
}

fn timed(keys: impl Iterator<Item = u64>, call: impl Fn(u64) -> String) -> Duration {
    let start = Instant::now();
    for key in keys {
        black_box(call(black_box(key)));
    }
    start.elapsed()
}

/// Each in a process of its own, with what the others left in the folder.
fn first_calls(folder: &Path, findings: &mut Findings) -> Table {
    let note = format!("hit of 200 B, the store being opened included; median of {REPETITIONS} processes");
    let mut table = Table::new("First call of a process", &note, ["", "ns"]);
    let program = env::current_exe().unwrap_or_else(|_| PathBuf::from("peers"));
    for name in [OURS, CACHED] {
        // What the first one has written the others find.
        let times: Vec<f64> = (0..=REPETITIONS)
            .filter_map(|_| {
                let output = Command::new(&program).args([FIRST_CALL, name]).arg(folder).output().ok()?;
                String::from_utf8_lossy(&output.stdout).trim().parse().ok()
            })
            .skip(1)
            .collect();
        if name == OURS && !times.is_empty() {
            findings.check(Check::microseconds("first call of a process, disk", 1_000.0, median(&times) / 1e3));
        }
        let time = if times.is_empty() { "not measured".to_owned() } else { nanoseconds(median(&times)) };
        table.row([name.to_owned(), time]);
    }
    table
}

/// What such a process does: tells how long its first call took.
pub(crate) fn first_call(name: &str, folder: &Path) -> u128 {
    disk::settle(folder);
    let start = Instant::now();
    black_box(if name == OURS { disk::ours(1, SMALL) } else { disk::cached(1, SMALL) });
    start.elapsed().as_nanos()
}
