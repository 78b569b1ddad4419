//! What is on disk: hits and writes of small and large values, and the first call of a process.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use crate::alternation::{Case, Effort, Samples, median};
use crate::check::Check;
use crate::findings::{Findings, Grid, nanoseconds};
use crate::peers::disk::{self, LARGE, SMALL};
use crate::peers::names::{CACHED, OURS};
use crate::table::Table;

/// Says that the process is only there for its first call, and whose.
pub(crate) const FIRST_CALL: &str = "--first-call";
const REPETITIONS: usize = 11;

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let folder = env::temp_dir().join(format!("cache-runtime-peers-disk-{}", process::id()));
    // First, for `redb` lets one process at a time use its file.
    let first_calls = first_calls(&folder);
    disk::settle(&folder);
    let note = "`u64 -> String`, nothing in memory, all in the file system's cache. `cached` with `redb_store` through \
                `#[concurrent_cached(disk = true)]`, as it is without options";
    let mut grid = Grid::new("On disk", note);
    let hit = hits(effort, SMALL);
    // What a call may cost that would otherwise ask a database.
    findings.check(Check::microseconds("disk hit of 200 B", 10.0, hit.median(OURS) / 1e3));
    grid.add("hit, 200 B", &hit);
    grid.add("hit, 1 MiB", &hits(effort, LARGE));
    grid.add("write, 200 B", &writes(effort, SMALL, 200));
    grid.add("write, 1 MiB", &writes(effort, LARGE, 10));
    findings.grid(&grid);
    findings.tables.push(first_calls);
    drop(fs::remove_dir_all(folder));
}

fn hits(effort: Effort, length: usize) -> Samples {
    Case::new()
        .add(OURS, move || disk::ours(black_box(1), length))
        .add(CACHED, move || disk::cached(black_box(1), length))
        .measure(effort)
}

/// Misses with a body that takes no time to speak of: what is measured is the write.
fn writes(effort: Effort, length: usize, calls: u32) -> Samples {
    let mut fresh = 1_000_000 * length as u64..;
    let mut also_fresh = fresh.clone();
    Case::new()
        .add_fixed(OURS, calls, move |calls| timed(fresh.by_ref().take(calls as usize), |x| disk::ours(x, length)))
        .add_fixed(CACHED, calls, move |calls| {
            timed(also_fresh.by_ref().take(calls as usize), |x| disk::cached(x, length))
        })
        .measure(effort)
}

fn timed(keys: impl Iterator<Item = u64>, call: impl Fn(u64) -> String) -> Duration {
    let start = Instant::now();
    for key in keys {
        black_box(call(black_box(key)));
    }
    start.elapsed()
}

/// Each in a process of its own, with what the others left in the folder.
fn first_calls(folder: &Path) -> Table {
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
