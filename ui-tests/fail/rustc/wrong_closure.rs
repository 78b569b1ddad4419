//! The functions in options have types.

use std::time::Duration;

use cache_runtime::{cache_data, cache_resource};

#[cache_data(validate = |value| value.len())]
fn validate(x: u32) -> String {
    x.to_string()
}

#[cache_data(ttl_of = |_| 5)]
fn ttl_of(x: u32) -> u32 {
    x
}

#[cache_data(cache_if = |one, other| one == other)]
fn cache_if(x: u32) -> u32 {
    x
}

fn weight(text: String) -> usize {
    text.len()
}

#[cache_data(max_bytes = 5, weigh = weight)]
fn weigh(x: u32) -> String {
    x.to_string()
}

#[cache_resource(on_release = |pool: &String| drop(pool.clone()))]
fn on_release() -> std::sync::Arc<u32> {
    1.into()
}

const LETTER: char = 'h';

#[cache_data(ttl = LETTER)]
fn ttl(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = Duration::MAX)]
fn max_entries(x: u32) -> u32 {
    x
}

#[cache_data(no_handle, validate = |value| *value == x)]
fn captures(x: u32) -> u32 {
    x
}

fn main() {}
