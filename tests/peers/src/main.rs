//! cache-runtime side by side with its peers.
//!
//! `cargo run --release -p peers` measures everything, shows it and writes `results.md`, `results.svg` and the table of
//! the README. Words name the groups to run (`arguments values bounds threads mixed failures memory hit_ratio traces disk
//! build`), `--quick` takes fewer rounds; such runs only show what they found. `--traces FOLDER` says where recorded traces
//! are, one per file: a little-endian `u32` for each access, compressed with zstd, in `NAME.u32.zst`.

mod allocator;
mod alternation;
mod chart;
mod check;
mod crew;
mod findings;
mod groups;
mod markdown;
mod peers;
mod readme;
mod recorded;
mod table;
mod trace;
mod work;

use std::path::Path;
use std::{env, fs, io};

use crate::alternation::Effort;
use crate::findings::Findings;

/// Says where recorded traces are.
const TRACES: &str = "--traces";

#[expect(clippy::print_stdout, reason = "this program's one task is to show what it measured")]
fn main() -> io::Result<()> {
    let mut arguments: Vec<_> = env::args().skip(1).collect();
    if let Some(at) = arguments.iter().position(|argument| argument == TRACES) {
        let given: Vec<_> = arguments.drain(at..arguments.len().min(at + 2)).collect();
        let [_, folder] = &given[..] else { return Err(io::Error::other(format!("{TRACES} wants a folder"))) };
        groups::traces::settle(Path::new(folder));
    }
    let (flags, words): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| argument.starts_with("--"));
    if let ([flag], [name, folder]) = (&flags[..], &words[..])
        && flag == groups::disk::FIRST_CALL
    {
        println!("{}", groups::disk::first_call(name, Path::new(folder)));
        return Ok(());
    }
    let is_quick = flags.iter().any(|flag| flag == "--quick");
    if let Some(word) = words.iter().find(|word| !groups::ALL.iter().any(|(name, _)| name.contains(word.as_str()))) {
        let names = groups::ALL.map(|(name, _)| name).join(", ");
        return Err(io::Error::other(format!("there is no group `{word}`, but {names}")));
    }
    let effort = if is_quick { Effort::QUICK } else { Effort::FULL };

    let mut findings = Findings::default();
    for (name, run) in groups::ALL {
        if words.is_empty() || words.iter().any(|word| name.contains(word)) {
            let shown = findings.tables.len();
            run(effort, &mut findings);
            findings.tables[shown..].iter().for_each(|table| println!("{table}"));
        }
    }
    if !findings.checks.is_empty() {
        println!("{}", check::design(&findings.checks));
    }
    if !findings.everyday.is_empty() {
        println!("{}", check::everyday(&findings.everyday));
    }

    if words.is_empty() && !is_quick {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::write(folder.join("results.md"), markdown::page(&findings))?;
        fs::write(
            folder.join("results.svg"),
            chart::svg([("Hits on one key", &findings.one_key), ("Mixed", &findings.mixed)]),
        )?;
        let readme = folder.join("../../README.md");
        fs::write(&readme, readme::with_table(&fs::read_to_string(&readme)?, &findings)?)?;
        println!("written: results.md and results.svg in {}, and the table of the README", folder.display());
    }
    Ok(())
}
