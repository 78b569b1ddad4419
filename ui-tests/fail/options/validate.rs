//! `validate` is a function of a value.

use cache_runtime::cache_data;

#[cache_data(validate)]
fn nothing() {}

#[cache_data(validate = "always")]
fn text() {}

#[cache_data(validate = -1)]
fn number() {}

#[cache_data(validate = |_| true, validate = |_| false)]
fn twice() {}

fn main() {
    nothing();
    text();
    number();
    twice();
}
