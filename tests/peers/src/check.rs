//! The bounds of the design (its section on speed), one by one: those of hits on one hot key, and those of what users
//! have besides.

use crate::table::Table;

pub(crate) struct Check {
    name: String,
    bound: String,
    measured: String,
    holds: bool,
}

impl Check {
    /// Is our time at most `bound` times the other's?
    pub(crate) fn ratio(name: impl Into<String>, bound: f64, measured: f64) -> Self {
        // A digit more, so that what is just over does not look as if it were on the line.
        Self {
            name: name.into(),
            bound: format!("≤ {bound:.2}"),
            measured: format!("{measured:.3}"),
            holds: measured <= bound,
        }
    }

    /// Does it take at most so many microseconds?
    pub(crate) fn microseconds(name: impl Into<String>, bound: f64, measured: f64) -> Self {
        Self {
            name: name.into(),
            bound: format!("≤ {bound:.0} µs"),
            measured: format!("{measured:.1} µs"),
            holds: measured <= bound,
        }
    }

    /// Does it take at most so many milliseconds?
    pub(crate) fn milliseconds(name: impl Into<String>, bound: f64, measured: f64) -> Self {
        Self {
            name: name.into(),
            bound: format!("≤ {bound:.0} ms"),
            measured: format!("{measured:.0} ms"),
            holds: measured <= bound,
        }
    }

    /// Does an entry take at most so many bytes?
    pub(crate) fn bytes(name: impl Into<String>, bound: f64, measured: f64) -> Self {
        Self {
            name: name.into(),
            bound: format!("≤ {bound:.0} B"),
            measured: format!("{measured:.1} B"),
            holds: measured <= bound,
        }
    }

    /// Did nothing of this happen?
    pub(crate) fn none(name: impl Into<String>, measured: usize) -> Self {
        Self { name: name.into(), bound: "0".to_owned(), measured: measured.to_string(), holds: measured == 0 }
    }

    /// Are so many per cent at most `points` less than the other's?
    pub(crate) fn points_below(name: impl Into<String>, points: f64, percent: f64, other: f64) -> Self {
        let below = other - percent;
        Self {
            name: name.into(),
            bound: format!("≤ {points:.2}"),
            measured: format!("{below:.2}"),
            holds: below <= points,
        }
    }
}

pub(crate) fn design(checks: &[Check]) -> Table {
    table(
        "Bounds of the design",
        "what the library is meant to keep to on one hot key, as measured in this run",
        checks,
    )
}

pub(crate) fn everyday(checks: &[Check]) -> Table {
    let note = "the same for what users have besides: many keys, a bound that is full, misses, two threads. Times are \
                in parts of those of `cached` with the same options; `two threads against one` is a call of ours in \
                parts of itself";
    table("Bounds where users live", note, checks)
}

/// What holds and what does not. A miss is told and ends nothing: on a shared machine one run proves little.
fn table(title: &str, note: &str, checks: &[Check]) -> Table {
    let mut table = Table::new(title, note, ["what", "bound", "measured", ""]);
    for Check { name, bound, measured, holds } in checks {
        let verdict = if *holds { "ok" } else { "MISSED" };
        table.row([name.clone(), bound.clone(), measured.clone(), verdict.to_owned()]);
    }
    table
}
