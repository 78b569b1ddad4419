//! Adds the reports of single files up.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use crate::ReportOf;
use crate::counts::Lines;
use crate::found::{Skipped, Source};

/// How many identifiers are shown.
const TOP: usize = 15;

/// What is told about a folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) files: usize,
    pub(crate) lines: Lines,
    /// The most frequent first.
    pub(crate) identifiers: Vec<(String, usize)>,
    pub(crate) skipped: Vec<Skipped>,
}

impl Report {
    pub(crate) fn of(sources: &[Source], report_of: ReportOf) -> Self {
        let mut reports = Vec::with_capacity(sources.len());
        let mut skipped = Vec::new();
        for Source { path, modified } in sources {
            match report_of(path, *modified) {
                Ok(report) => reports.push(report),
                Err(error) => skipped.push(Skipped::new(path, &error)),
            }
        }

        let mut lines = Lines::default();
        let mut identifiers = HashMap::<&str, usize>::new();
        for report in &reports {
            lines += report.lines;
            for (identifier, count) in report.identifiers.iter() {
                *identifiers.entry(identifier).or_default() += count;
            }
        }
        Self { files: reports.len(), lines, identifiers: most_frequent(identifiers), skipped }
    }
}

/// Those with the same count stand in the order of the alphabet, so that equal sources give equal reports.
fn most_frequent(counts: HashMap<&str, usize>) -> Vec<(String, usize)> {
    let mut counts = Vec::from_iter(counts);
    counts.sort_unstable_by_key(|&(identifier, count)| (Reverse(count), identifier));
    counts.into_iter().take(TOP).map(|(identifier, count)| (identifier.to_owned(), count)).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lines { code, comment, blank } = self.lines;
        let all = self.lines.all();
        writeln!(f, "{} files, {all} lines", self.files)?;
        for (kind, count) in [("code", code), ("comment", comment), ("blank", blank)] {
            writeln!(f, "  {kind:<7} {count:>9}  {:>5.1} %", percent(count, all))?;
        }
        writeln!(f, "most frequent identifiers")?;
        for (identifier, count) in &self.identifiers {
            writeln!(f, "  {count:>7}  {identifier}")?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share that is shown with one digit")]
fn percent(part: usize, all: usize) -> f64 {
    // Files can be empty.
    if all == 0 { 0.0 } else { part as f64 / all as f64 * 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_in_alphabetical_order() {
        let counts = HashMap::from([("b", 2), ("c", 3), ("a", 2)]);
        let expected = [("c", 3), ("a", 2), ("b", 2)].map(|(identifier, count)| (identifier.to_owned(), count));
        assert_eq!(most_frequent(counts), expected);
    }

    #[test]
    fn nothing_is_no_percentage_of_nothing() {
        assert!(percent(0, 0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_file_that_is_not_there_is_skipped() {
        let source = Source { path: "/no/such/file.rs".into(), modified: std::time::SystemTime::UNIX_EPOCH };
        let report = Report::of(&[source], crate::file_report);
        assert_eq!((report.files, report.skipped.len()), (0, 1));
    }
}
