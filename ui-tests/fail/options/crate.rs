//! `crate` is a text that can be a path.

use cache_runtime::cache_data;

#[cache_data(crate)]
fn nothing() {}

#[cache_data(crate = cache_runtime)]
fn bare() {}

#[cache_data(crate = "cache runtime")]
fn spaced() {}

#[cache_data(crate = "")]
fn empty() {}

#[cache_data(crate = "Vec<u32>")]
fn ty() {}

fn main() {
    nothing();
    bare();
    spaced();
    empty();
    ty();
}
