//! A misspelt option gets a suggestion.

use cache_runtime::{cache_data, cache_resource};

#[cache_data(tll = "1h")]
fn near(x: u32) -> u32 {
    x
}

#[cache_data(max_entry = 5, colour = "red", ttl)]
fn far(x: u32) -> u32 {
    x
}

#[cache_resource(on_relase = |_| ())]
fn resource() -> std::sync::Arc<u32> {
    std::sync::Arc::new(1)
}

// Nobody can tell what was to be left out, so nothing is said about the arguments of `entry`.
#[cache_data(skp(connection))]
fn rows(connection: &std::net::TcpStream, id: u32) -> u32 {
    let _ = connection;
    id
}

fn main() {
    near(1);
    assert_eq!(NEAR.entry(1).get(), Some(1));
    far(1);
    FAR.clear();
    resource();
    RESOURCE.clear();
    let _ = rows;
    ROWS.entry(1).clear();
}
