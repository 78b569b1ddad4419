//! The table of the README: the cases of the chart, for the contenders that most will compare.

use std::fmt::Write as _;
use std::io;

use crate::findings::{Findings, Line, Times, nanoseconds};
use crate::peers::names::{CACHED, MOKA, OURS, QUICK};

/// The table stands between these.
const BEGIN: &str = "<!-- written by `cargo run --release -p peers` -->\n";
const END: &str = "<!-- to here -->\n";

/// The README with what was found now.
pub(crate) fn with_table(readme: &str, findings: &Findings) -> io::Result<String> {
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| io::Error::other("the README has no place for its table"))?;
    let mut table = "| ns per call | here | `cached` | `moka` | `quick_cache` |\n|---|--:|--:|--:|--:|\n".to_owned();
    let has_ours = |line: &&Line| line.one.iter().any(|(name, _)| *name == OURS);
    for line in findings.one_key.iter().chain(&findings.mixed).filter(has_ours) {
        let cells = [OURS, CACHED, MOKA, QUICK].map(|name| cell(line, name));
        writeln!(table, "| {} | {} |", with_options_as_code(line.case), cells.join(" | ")).map_err(io::Error::other)?;
    }
    Ok(format!("{before}{BEGIN}{table}{END}{after}"))
}

/// Names with underscores are options, and brackets would be links: both are code.
fn with_options_as_code(case: &str) -> String {
    let mark = |word: &str| {
        let name = word.trim_end_matches([' ', ',']);
        if name.contains(['_', '[']) { format!("`{name}`{}", &word[name.len()..]) } else { word.to_owned() }
    };
    case.split_inclusive(' ').map(mark).collect()
}

/// On one thread, and on two where that was measured.
fn cell(line: &Line, name: &str) -> String {
    let time = |times: &Times| times.iter().find(|(known, _)| *known == name).map(|(_, time)| nanoseconds(*time));
    [time(&line.one), time(&line.two)].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_is_another() {
        let line = Line {
            case: "2 keys, max_entries",
            one: vec![(OURS, 3.5), (MOKA, 109.2)],
            two: vec![(OURS, 3.6), (MOKA, 254.0)],
        };
        let findings = Findings { mixed: vec![line], ..Findings::default() };
        let readme = with_table(&format!("before\n{BEGIN}| old |\n{END}after\n"), &findings).expect("there is a place");
        assert!(readme.starts_with(&format!("before\n{BEGIN}| ns per call | here |")), "{readme}");
        assert!(
            readme.ends_with(&format!("| 2 keys, `max_entries` | 3.5 / 3.6 |  | 109 / 254 |  |\n{END}after\n")),
            "{readme}"
        );
        assert!(with_table("no place", &findings).is_err());
    }

    #[test]
    fn the_readme_has_a_place_for_it() {
        assert!(with_table(include_str!("../../../README.md"), &Findings::default()).is_ok());
    }
}
