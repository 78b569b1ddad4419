//! `tags` lists texts.

use cache_runtime::cache_data;

#[cache_data(tags)]
fn nothing() {}

#[cache_data(tags())]
fn empty() {}

#[cache_data(tags = "users")]
fn assigned() {}

#[cache_data(tags(users))]
fn bare() {}

#[cache_data(tags("users", 5))]
fn number() {}

fn main() {
    nothing();
    empty();
    assigned();
    bare();
    number();
}
