//! `show_spinner` can be switched off.

use cache_runtime::cache_data;

#[cache_data(show_spinner = false)]
fn quiet() -> u32 {
    1
}

fn main() {
    assert_eq!(quiet(), 1);
}
