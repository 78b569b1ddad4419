//! The groups of measurements, in the order of the report.

mod arguments;
mod bounds;
mod build;
pub(crate) mod disk;
mod failures;
mod hit_ratio;
mod memory;
mod mixed;
mod threads;
pub(crate) mod traces;
mod values;

use crate::alternation::Effort;
use crate::findings::Findings;

pub(crate) type Group = fn(Effort, &mut Findings);

pub(crate) const ALL: [(&str, Group); 11] = [
    ("arguments", arguments::run),
    ("values", values::run),
    ("bounds", bounds::run),
    ("threads", threads::run),
    ("mixed", mixed::run),
    ("failures", failures::run),
    ("memory", memory::run),
    ("hit_ratio", hit_ratio::run),
    ("traces", traces::run),
    ("disk", disk::run),
    ("build", build::run),
];
