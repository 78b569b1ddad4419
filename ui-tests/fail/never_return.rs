//! There is nothing to keep of what never returns.

use cache_runtime::cache_data;

#[cache_data]
fn stop(code: i32) -> ! {
    std::process::exit(code)
}

fn main() {
    STOP.entry(1).clear();
    stop(1)
}
