//! Mistakes in the body are told as in any function, once.

use cache_runtime::cache_data;

#[cache_data]
fn unknown(x: u32) -> u32 {
    y
}

#[cache_data]
fn mismatched(x: u32) -> String {
    x
}

#[cache_data]
fn no_value(x: u32) -> u32 {
    drop(x);
}

#[cache_data]
fn moved(text: String) -> usize {
    drop(text);
    text.len()
}

#[cache_data]
async fn awaited(x: u32) -> String {
    std::future::ready(x).await
}

#[cache_data]
async fn returned(x: u32) -> String {
    if x == 1 {
        return x;
    }
    String::new()
}

#[cache_data]
async fn no_later_value(x: u32) -> u32 {
    drop(x);
}

#[cache_data]
fn question(x: &str) -> u32 {
    x.parse()?
}

fn main() {}
