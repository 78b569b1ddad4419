pub(crate) mod counters;
pub(crate) mod mismatch;
pub(crate) mod outcome;
pub(crate) mod spinner;
pub(crate) mod stats;
pub(crate) mod telemetry;
pub(crate) mod thread_count;
