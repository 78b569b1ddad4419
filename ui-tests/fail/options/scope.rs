//! What is no scope.

use cache_runtime::cache_data;

#[cache_data(scope)]
fn nothing() {}

#[cache_data(scope = "user")]
fn unknown() {}

#[cache_data(scope = session)]
fn bare() {}

fn main() {
    nothing();
    unknown();
    bare();
}
