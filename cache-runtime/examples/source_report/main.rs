//! Reports on the Rust sources in a folder, twice: what code, comments and blank lines they have, and which identifiers
//! they use most. The second report reads no file that has not changed, because each file's part of it is kept.
//!
//! ```sh
//! cargo run --release --example source_report -- [DIR]
//! cargo run --release --example source_report --features disk -- --persist [DIR]
//! ```
//!
//! * `file_report` is data, kept per path and modification time: a file that is saved is counted anew.
//! * `persistent_file_report` is the same on disk: with `--persist` the next run reads no file either, until a file is
//!   saved, or one of the functions here that counts is changed.
//! * `patterns` is a resource: the regular expressions are compiled once and shared.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports on its terminal")]

mod counts;
mod found;
mod report;

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use cache_runtime::{CACHE_DATA, CACHE_RESOURCE, cache_data};

use crate::counts::FileReport;
use crate::found::Found;
use crate::report::Report;

/// Counts one file.
///
/// The body has no use for `modified`; it is a parameter so that it is part of the key, which names it. The report of a file's former
/// state is never asked for again, hence the bound. A file that cannot be read is an `Err`, which is not kept: the next
/// report tries it again.
#[cache_data(key = (path, modified), max_entries = 100_000)]
fn file_report(path: &Path, modified: SystemTime) -> io::Result<FileReport> {
    read(path)
}

#[cfg(feature = "disk")]
#[cache_data(key = (path, modified), persist = "disk", max_entries = 100_000)]
fn persistent_file_report(path: &Path, modified: SystemTime) -> io::Result<FileReport> {
    read(path)
}

/// How a file's report is come by.
type ReportOf = fn(&Path, SystemTime) -> io::Result<FileReport>;

/// How many files were read.
static READ: AtomicUsize = AtomicUsize::new(0);

fn read(path: &Path) -> io::Result<FileReport> {
    READ.fetch_add(1, Ordering::Relaxed);
    let source = fs::read_to_string(path)?;
    Ok(FileReport::of(&source, &counts::patterns()))
}

#[cfg(feature = "disk")]
const PERSISTENT: Option<ReportOf> = Some(persistent_file_report);
#[cfg(not(feature = "disk"))]
const PERSISTENT: Option<ReportOf> = None;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("source_report: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (dir, report_of) = arguments()?;
    let (found, cold, cold_time) = timed_report(&dir, report_of)?;
    for skipped in found.skipped.iter().chain(&cold.skipped) {
        eprintln!("skipped {skipped}");
    }
    if cold.files == 0 {
        println!("{}: no .rs files to count", dir.display());
        return Ok(());
    }
    println!("{}: {cold}", dir.display());
    println!("read {} of {} files", READ.load(Ordering::Relaxed), cold.files);

    let (found_again, warm, warm_time) = timed_report(&dir, report_of)?;
    if found != found_again {
        return Err(format!("{}: files changed between the two reports, please run it again", dir.display()).into());
    }
    assert_eq!(cold, warm, "the same files, so the same report");

    println!("cold {cold_time:.1?}, warm {warm_time:.1?}: {:.1} times as fast", ratio(cold_time, warm_time));
    print_statistics();
    Ok(())
}

/// The folder on the command line, by default this workspace, and how its files are reported on. The folder is absolute,
/// because paths are part of keys and should mean the same file whatever the current folder is.
fn arguments() -> Result<(PathBuf, ReportOf), Box<dyn Error>> {
    let (flags, dirs): (Vec<_>, Vec<_>) = env::args_os().skip(1).partition(|argument| argument == "--persist");
    let report_of = if flags.is_empty() {
        file_report
    } else {
        PERSISTENT
            .ok_or("`--persist` needs the feature: cargo run --example source_report --features disk -- --persist")?
    };
    let dir = match &dirs[..] {
        [] => Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")),
        [dir] => Path::new(dir),
        _ => return Err("usage: source_report [--persist] [DIR]".into()),
    };
    let dir = fs::canonicalize(dir).map_err(|error| format!("no folder {}: {error}", dir.display()))?;
    Ok((dir, report_of))
}

/// Looks for files and reports on them; both count as its time.
fn timed_report(dir: &Path, report_of: ReportOf) -> Result<(Found, Report, Duration), Box<dyn Error>> {
    let start = Instant::now();
    let found = Found::under(dir).map_err(|error| format!("cannot read the folder {}: {error}", dir.display()))?;
    let report = Report::of(&found.sources, report_of);
    Ok((found, report, start.elapsed()))
}

fn ratio(cold: Duration, warm: Duration) -> f64 {
    // A coarse clock can show no time at all.
    cold.as_secs_f64() / warm.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// One line per cached function of the program.
fn print_statistics() {
    let functions = [CACHE_DATA.functions(), CACHE_RESOURCE.functions()].concat();
    let width = functions.iter().map(|function| function.name.len()).max().unwrap_or_default();
    for function in functions {
        println!("{:width$}  {}", function.name, function.stats);
    }
}

#[cfg(test)]
mod tests {
    use cache_runtime::{MissReason, Outcome, trace};

    use super::*;

    #[test]
    fn a_saved_file_is_counted_anew() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/source_report/main.rs");
        let outcome = |modified| {
            let (report, calls) = trace(|| file_report(&path, modified));
            assert!(report.is_ok());
            calls[0].outcome
        };
        let saved = SystemTime::UNIX_EPOCH;
        assert_eq!(outcome(saved), Outcome::Miss(MissReason::Absent));
        assert_eq!(outcome(saved), Outcome::Hit);
        assert_eq!(outcome(saved + Duration::from_secs(1)), Outcome::Miss(MissReason::Absent));
    }

    #[test]
    fn a_failure_is_not_kept() {
        let (path, modified) = (Path::new("/no/such/file.rs"), SystemTime::UNIX_EPOCH);
        assert!(file_report(path, modified).is_err());
        assert!(!FILE_REPORT.entry(path, modified).contains());
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_it() {
        let error =
            timed_report(Path::new("/no/such/folder"), file_report).expect_err("there is no such folder").to_string();
        assert!(error.starts_with("cannot read the folder /no/such/folder: "), "{error}");
    }
}
