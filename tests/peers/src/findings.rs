//! What the groups hand back.

use crate::alternation::Samples;
use crate::check::Check;
use crate::table::Table;

#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) tables: Vec<Table>,
    /// Of hits on one hot key.
    pub(crate) checks: Vec<Check>,
    /// Of all else.
    pub(crate) everyday: Vec<Check>,
    /// For the chart, and for who reads no further: hits on one hot key.
    pub(crate) one_key: Vec<Line>,
    /// And what users have besides.
    pub(crate) mixed: Vec<Line>,
}

/// A case of the chart: the contenders with their nanoseconds, on one thread and, where that was measured, on two.
pub(crate) struct Line {
    pub(crate) case: &'static str,
    pub(crate) one: Times,
    pub(crate) two: Times,
}

pub(crate) type Times = Vec<(&'static str, f64)>;

/// Cases of one kind, on their way to being a table.
pub(crate) struct Grid {
    title: &'static str,
    note: &'static str,
    corner: &'static str,
    cases: Vec<(&'static str, Vec<(&'static str, String)>)>,
}

impl Findings {
    pub(crate) fn check(&mut self, check: Check) {
        self.checks.push(check);
    }

    pub(crate) fn check_everyday(&mut self, check: Check) {
        self.everyday.push(check);
    }

    pub(crate) fn chart(&mut self, case: &'static str, samples: &Samples) {
        self.one_key.push(Line { case, one: samples.medians(), two: Vec::new() });
    }

    pub(crate) fn chart_mixed(&mut self, case: &'static str, [one, two]: &[Samples; 2]) {
        self.mixed.push(Line { case, one: one.medians(), two: two.medians() });
    }

    pub(crate) fn grid(&mut self, grid: &Grid) {
        self.tables.push(grid.table());
    }
}

impl Grid {
    /// Of times.
    pub(crate) fn new(title: &'static str, note: &'static str) -> Self {
        Self::of("ns per call (ours / it)", title, note)
    }

    /// Of what stands in its corner.
    pub(crate) fn of(corner: &'static str, title: &'static str, note: &'static str) -> Self {
        Self { title, note, corner, cases: Vec::new() }
    }

    pub(crate) fn add(&mut self, case: &'static str, samples: &Samples) {
        self.add_cells(case, samples.each().map(|(name, time, ratio)| (name, compared(time, ratio))));
    }

    pub(crate) fn add_cells(&mut self, case: &'static str, cells: impl IntoIterator<Item = (&'static str, String)>) {
        self.cases.push((case, cells.into_iter().collect()));
    }

    /// A row per case, a column per contender that stands in any of them.
    fn table(&self) -> Table {
        let mut names = Vec::new();
        for (name, _) in self.cases.iter().flat_map(|(_, cells)| cells) {
            if !names.contains(name) {
                names.push(*name);
            }
        }
        let mut table = Table::new(self.title, self.note, [self.corner].iter().chain(&names));
        for (case, cells) in &self.cases {
            let cell = |name: &&str| {
                let found = cells.iter().find(|(known, _)| known == name);
                found.map_or_else(String::new, |(_, cell)| cell.clone())
            };
            table.row([(*case).to_owned()].into_iter().chain(names.iter().map(cell)));
        }
        table
    }
}

/// A time with our part of it.
pub(crate) fn compared(time: f64, ratio: f64) -> String {
    format!("{} ({ratio:.2})", nanoseconds(time))
}

/// With as many digits as mean something.
pub(crate) fn nanoseconds(time: f64) -> String {
    if time < 100.0 { format!("{time:.1}") } else { format!("{time:.0}") }
}
