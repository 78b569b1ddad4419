//! What the attributes promise, one promise per file.

mod bounds;
mod clear_wins;
mod data_is_copied;
mod errors_are_not_kept;
mod fingerprints;
mod handles;
mod hot_values_that_own;
mod inputs;
mod keys;
mod keys_are_equal_iff_arguments_are;
mod lifetimes;
mod macro_cases;
mod overrides;
mod recursion_panics;
mod refresh_after;
mod replay;
mod resource_is_shared;
mod shapes;
mod single_flight;
mod stale_if_error;
mod statistics;
mod tasks_come_and_go;
mod users_code_may_call_back;
mod validate;
mod values_are_released;
