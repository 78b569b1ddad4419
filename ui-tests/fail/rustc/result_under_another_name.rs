//! What is kept of a `Result` under another name has to be said.

use cache_runtime::cache_data;

type DbResult<T> = Result<T, String>;

#[cache_data]
fn rows(x: u32) -> DbResult<u32> {
    Ok(x)
}

fn main() {
    rows(1).ok();
}
