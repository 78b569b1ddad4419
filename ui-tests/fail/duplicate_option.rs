//! An option stands once, whatever is wrong with its value.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", max_entries = 3, ttl = "2h", no_handle, no_handle)]
fn f(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "ten minutes", ttl = 5, max_entries = 3, max_entries = "many", cache_err, cache_err)]
fn malformed(x: u32) -> Result<u32, String> {
    Ok(x)
}

#[cache_data]
fn on_a_parameter(#[cache(by = 3, by = |x| *x, skip = true, skip)] x: u32) -> u32 {
    x
}

fn main() {
    f(1);
    drop(malformed(1));
    MALFORMED.clear();
    on_a_parameter(1);
}
