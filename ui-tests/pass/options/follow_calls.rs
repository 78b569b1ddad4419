//! `follow_calls` has the fingerprint know what the body reaches by name.

use cache_runtime::cache_data;

#[cache_data(follow_calls = true)]
fn follows(x: u32) -> u32 {
    helper(x)
}

#[cache_data(follow_calls = false, name = "STAYS")]
fn follows_nothing(x: u32) -> u32 {
    helper(x)
}

#[cache_data(follow_calls = "package", name = "ALL")]
fn follows_all(x: u32) -> u32 {
    helper(x)
}

fn helper(x: u32) -> u32 {
    x + 1
}

fn main() {
    assert_eq!(follows(1), follows_nothing(1));
    assert_eq!(follows_all(1), 2);
    assert_ne!(FOLLOWS.fingerprint(), STAYS.fingerprint());
    assert_ne!(FOLLOWS.fingerprint(), ALL.fingerprint());
}
