//! `single_flight` is yes or no.

use cache_runtime::cache_data;

#[cache_data(single_flight)]
fn nothing() {}

#[cache_data(single_flight = "no")]
fn text() {}

#[cache_data(single_flight = 0)]
fn number() {}

#[cache_data(single_flight = !true)]
fn expression() {}

#[cache_data(no_single_flight)]
fn misspelt() {}

fn main() {
    nothing();
    text();
    number();
    expression();
    misspelt();
}
