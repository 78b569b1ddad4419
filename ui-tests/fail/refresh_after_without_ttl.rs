//! Being served stale has an end.

use cache_runtime::cache_data;

#[cache_data(refresh_after = "1h")]
fn f(x: u32) -> u32 {
    x
}

#[cache_data(refresh_after = "1h", time_to_idle = "2h")]
fn idle(x: u32) -> u32 {
    x
}

fn main() {
    f(1);
    F.clear();
    idle(1);
}
