//! Values stand behind their options' names.

use cache_runtime::cache_data;

#[cache_data("1h")]
fn text(x: u32) -> u32 {
    x
}

#[cache_data(60, max_entries = 0)]
fn number(x: u32) -> u32 {
    x
}

#[cache_data(|x| x)]
fn closure(x: u32) -> u32 {
    x
}

fn main() {
    text(1);
    number(1);
    closure(1);
}
