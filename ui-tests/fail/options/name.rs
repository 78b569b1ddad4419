//! `name` is a text that can be a name.

use cache_runtime::cache_data;

#[cache_data(name)]
fn nothing() {}

#[cache_data(name = USERS)]
fn bare() {}

#[cache_data(name = "two words")]
fn spaced() {}

#[cache_data(name = "5th")]
fn number() {}

#[cache_data(name = "static")]
fn keyword() {}

#[cache_data(name = "same")]
fn same() {}

#[cache_data(name = "NOWHERE", no_handle)]
fn without() {}

fn main() {
    nothing();
    bare();
    spaced();
    number();
    keyword();
    same();
    without();
}
