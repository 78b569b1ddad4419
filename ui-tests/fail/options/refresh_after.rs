//! What cannot be refreshed.

use cache_runtime::cache_data;

#[cache_data(ttl = "1h", refresh_after)]
fn nothing() {}

#[cache_data(ttl = "1h", refresh_after = 0)]
fn zero() {}

#[cache_data(ttl = "1h", refresh_after = "soon")]
fn text() {}

#[cache_data(refresh_after = "1m")]
fn no_end() {}

#[cache_data(ttl = "1h", refresh_after = "1h")]
fn too_late() {}

#[cache_data(ttl = "1h", refresh_after = "1m", single_flight = false)]
fn everybody() {}

fn main() {
    nothing();
    zero();
    text();
    no_end();
    too_late();
    everybody();
}
