//! `show_time` goes with `show_spinner`.

use cache_runtime::cache_data;

#[cache_data(show_spinner = false, show_time)]
fn quiet() -> u32 {
    1
}

fn main() {
    assert_eq!(quiet(), 1);
}
