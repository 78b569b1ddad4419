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
    /// The main cases, for the chart.
    pub(crate) bars: Vec<Bars>,
}

/// A case of the chart: the contenders with their nanoseconds.
pub(crate) struct Bars {
    pub(crate) case: &'static str,
    pub(crate) times: Vec<(&'static str, f64)>,
}

/// Cases of one kind, on their way to being a table.
pub(crate) struct Grid {
    title: &'static str,
    note: &'static str,
    cases: Vec<(&'static str, Samples)>,
}

impl Findings {
    pub(crate) fn check(&mut self, check: Check) {
        self.checks.push(check);
    }

    pub(crate) fn check_everyday(&mut self, check: Check) {
        self.everyday.push(check);
    }

    pub(crate) fn chart(&mut self, case: &'static str, samples: &Samples) {
        let times = samples.each().map(|(name, time, _)| (name, time)).collect();
        self.bars.push(Bars { case, times });
    }

    pub(crate) fn grid(&mut self, grid: &Grid) {
        self.tables.push(grid.table());
    }
}

impl Grid {
    pub(crate) fn new(title: &'static str, note: &'static str) -> Self {
        Self { title, note, cases: Vec::new() }
    }

    pub(crate) fn add(&mut self, case: &'static str, samples: Samples) {
        self.cases.push((case, samples));
    }

    /// A row per case, a column per contender that stands in any of them.
    fn table(&self) -> Table {
        let mut names = Vec::new();
        for (_, samples) in &self.cases {
            for (name, ..) in samples.each() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let mut table = Table::new(self.title, self.note, ["ns per call (ours / it)"].iter().chain(&names));
        for (case, samples) in &self.cases {
            let cell = |name: &&str| {
                let found = samples.each().find(|(known, ..)| known == name);
                found.map_or_else(String::new, |(_, time, ratio)| compared(time, ratio))
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
