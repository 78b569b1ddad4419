//! What the attributes promise, one promise per file.
// For the types of nested async functions, which miri looks into more deeply when it is to try many seeds.
#![cfg_attr(miri, recursion_limit = "256")]

mod an_entry_is_never_absent_while_it_is_replaced;
mod an_outage_is_not_paid_at_every_call;
mod answers_outlive_panicking_drops;
mod bounds;
mod check_mutation;
mod clear_wins;
mod clears_are_one;
mod data_is_copied;
mod entries_are_taken_and_filled;
mod errors_are_not_kept;
mod fingerprints;
mod handles;
mod hash_funcs;
mod hot_values_that_own;
mod inputs;
mod keys;
mod keys_are_equal_iff_arguments_are;
mod lifetimes;
mod limits_are_set_at_run_time;
mod macro_cases;
mod names;
mod nothing_is_locked_around_users_code;
mod overrides;
mod recursion_in_hooks_is_found;
mod recursion_panics;
mod refresh_after;
mod releases_go_on;
mod replay;
mod resource_is_shared;
mod retain;
mod sessions;
mod shapes;
mod single_flight;
mod stale_if_error;
mod statistics;
mod statistics_by_reason;
mod tasks_come_and_go;
mod thread_scope;
mod users_code_may_call_back;
mod validate;
mod values_are_released;
mod what_fails_replaces_nothing;
mod while_a_thread_ends;
