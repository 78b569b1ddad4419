//! The page that a whole run leaves behind.

use std::fs;

use crate::check;
use crate::findings::Findings;

pub(crate) fn page(findings: &Findings) -> String {
    let mut page = format!(
        "# cache-runtime and its peers, side by side\n\n\
         Written by `cargo run --release -p peers`. All contenders run in one process and take turns, a few\n\
         milliseconds each, for many rounds. A cell is the median time of a call in nanoseconds, and in parentheses\n\
         the median over the rounds of our time in parts of it: below 1 we are faster.\n\n\
         Measured on {}.\n\n\
         ![Time of a call, by case and contender](results.svg)\n",
        machine()
    );
    let checks = [check::design(&findings.checks), check::everyday(&findings.everyday)];
    for table in checks.iter().chain(&findings.tables) {
        page.push('\n');
        page.push_str(&table.markdown());
    }
    page
}

/// The processor, where Linux tells it.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {threads} threads", model.map_or(std::env::consts::ARCH, |(_, name)| name))
}
