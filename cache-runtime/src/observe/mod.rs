pub(crate) mod counters;
pub(crate) mod hit_count;
pub(crate) mod outcome;
pub(crate) mod spinner;
pub(crate) mod stats;
pub(crate) mod telemetry;
