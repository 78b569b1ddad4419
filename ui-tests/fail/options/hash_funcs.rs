//! `hash_funcs` says what stands for the values of a type.

use cache_runtime::cache_data;

#[cache_data(hash_funcs)]
fn nothing(x: u32) -> u32 {
    x
}

#[cache_data(hash_funcs())]
fn empty(x: u32) -> u32 {
    x
}

#[cache_data(hash_funcs(u32))]
fn no_function(x: u32) -> u32 {
    x
}

#[cache_data(hash_funcs = |x| x)]
fn assigned(x: u32) -> u32 {
    x
}

#[cache_data(hash_funcs(u23 = |x| *x))]
fn misspelt(x: u32) -> u32 {
    x
}

#[cache_data(hash_funcs(u32: |x| *x))]
fn colon(x: u32) -> u32 {
    x
}

#[cache_data(hash_funcs(u32 = |x| *x, u32 = |x| *x + 1))]
fn twice(x: u32) -> u32 {
    x
}

fn main() {
    nothing(1);
    empty(1);
    no_function(1);
    assigned(1);
    misspelt(1);
    colon(1);
    twice(1);
}
