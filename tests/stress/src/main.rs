//! Threads, tasks and sessions that come and go, calling and clearing cached functions of all sorts, while the user's
//! code (bodies, clones, drops, hashes, hooks, observers, wakers) calls back and panics. Looks at each answer: nothing
//! is stale, mixed up or dropped twice, nothing hangs, and at the end nothing is alive.
//!
//! ```sh
//! cargo run --release -p cache-stress -- --seconds 600 --seed 1 --panics 1000
//! RUSTFLAGS=-Zsanitizer=address cargo +nightly run --release --target x86_64-unknown-linux-gnu \
//!   --target-dir target/asan -p cache-stress -- --seconds 120 --panics 1000
//! ```
//!
//! `--panics N`: user code panics once in `N` times, never for 0. It ends with 0 if all held, 1 if not, 2 if the
//! arguments are wrong, and 3 if something hangs.

mod alive;
mod checks;
mod counts;
mod executor;
mod findings;
mod functions;
mod mischief;
mod operations;
mod random;
mod room;
mod subject;
mod threads;
mod values;
mod watchdog;
mod world;

use std::env;
use std::fmt::Write as _;
use std::io::{Write as _, stderr, stdout};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::alive::Sort;

struct Arguments {
    seconds: u64,
    seed: u64,
    panics: u64,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut parsed = Self { seconds: 10, seed: 1, panics: 1_000 };
        while let Some(word) = words.next() {
            let number = words.next()?.parse().ok()?;
            match &*word {
                "--seconds" => parsed.seconds = number,
                "--seed" => parsed.seed = number,
                "--panics" => parsed.panics = number,
                _ => return None,
            }
        }
        Some(parsed)
    }
}

fn main() -> ExitCode {
    let Some(Arguments { seconds, seed, panics }) = Arguments::parse(env::args().skip(1)) else {
        drop(writeln!(stderr(), "usage: cache-stress [--seconds 10] [--seed 1] [--panics 1000]"));
        return ExitCode::from(2);
    };
    random::begin(seed, 0);
    watchdog::take_slot(watchdog::SLOTS - 1);
    watchdog::watch();
    mischief::watch_panics();
    mischief::set(panics);
    threads::run_for(Duration::from_secs(seconds), seed);
    operations::finish();
    report()
}

/// What is alive though nothing is kept any more, and no code holds it.
fn left_over() -> impl Iterator<Item = (Sort, i64)> {
    Sort::all().filter_map(|sort| {
        let expected = i64::from(sort == Sort::Setting && room::is_zoom_read());
        Some((sort, sort.alive() - expected)).filter(|(_, left)| *left != 0)
    })
}

fn report() -> ExitCode {
    let findings::Sum { wrong, stale, dropped_twice } = findings::sum();
    let (mut alive, mut text) = (0, String::new());
    for (sort, left) in left_over() {
        alive += left.abs();
        // Writing to a `String` does not fail.
        _ = writeln!(text, "alive at the end: {left} {sort:?}");
    }
    let threads = threads::THREADS.load(Ordering::Relaxed);
    let recursions = findings::RECURSIONS.load(Ordering::Relaxed);
    let told = writeln!(
        stdout(),
        "operations: {}\nchecks: {}\ntasks: {}\npanics: {}, recursive calls {recursions}\nthreads: {threads}\n\
         {text}stress: {wrong} wrong, {stale} stale, {alive} alive, {dropped_twice} dropped twice",
        operations::OPERATIONS,
        checks::CHECKS,
        executor::TASKS,
        mischief::PANICS,
    );
    if told.is_err() || wrong + stale + dropped_twice > 0 || alive != 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
