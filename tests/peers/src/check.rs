//! The bounds of the design (its section on speed), one by one.

use crate::table::Table;

pub(crate) struct Check {
    name: &'static str,
    bound: String,
    measured: String,
    holds: bool,
}

impl Check {
    /// Is our time at most `bound` times the other's?
    pub(crate) fn ratio(name: &'static str, bound: f64, measured: f64) -> Self {
        // A digit more, so that what is just over does not look as if it were on the line.
        Self { name, bound: format!("≤ {bound:.2}"), measured: format!("{measured:.3}"), holds: measured <= bound }
    }

    /// Does it take at most so many microseconds?
    pub(crate) fn microseconds(name: &'static str, bound: f64, measured: f64) -> Self {
        Self {
            name,
            bound: format!("≤ {bound:.0} µs"),
            measured: format!("{measured:.1} µs"),
            holds: measured <= bound,
        }
    }

    /// Does it take at most so many milliseconds?
    pub(crate) fn milliseconds(name: &'static str, bound: f64, measured: f64) -> Self {
        let bounded = format!("≤ {bound:.0} ms");
        Self { name, bound: bounded, measured: format!("{measured:.0} ms"), holds: measured <= bound }
    }

    /// Did nothing of this happen?
    pub(crate) fn none(name: &'static str, measured: usize) -> Self {
        Self { name, bound: "0".to_owned(), measured: measured.to_string(), holds: measured == 0 }
    }

    /// Are so many per cent at most `points` less than the other's?
    pub(crate) fn points_below(name: &'static str, points: f64, percent: f64, other: f64) -> Self {
        let below = other - percent;
        Self { name, bound: format!("≤ {points:.2}"), measured: format!("{below:.2}"), holds: below <= points }
    }
}

/// What holds and what does not. A miss is told and ends nothing: on a shared machine one run proves little.
pub(crate) fn table(checks: &[Check]) -> Table {
    let note = "what the library is meant to keep to, as measured in this run";
    let mut table = Table::new("Bounds of the design", note, ["what", "bound", "measured", ""]);
    for Check { name, bound, measured, holds } in checks {
        let verdict = if *holds { "ok" } else { "MISSED" };
        table.row([(*name).to_owned(), bound.clone(), measured.clone(), verdict.to_owned()]);
    }
    table
}
