//! `memory = false` keeps what is persisted on disk only.

use cache_runtime::{Config, cache_data, configure};

#[cache_data(persist = "disk", memory = false)]
fn large(x: u64) -> Vec<u64> {
    vec![x]
}

fn main() {
    let dir = std::env::temp_dir().join(format!("memory-ui-test-{}", std::process::id()));
    configure(Config::new().dir(&dir)).expect("it is the first");
    assert_eq!((large(1), large(1)), (vec![1], vec![1]));
    assert_eq!((LARGE.stats().misses, LARGE.stats().hits, LARGE.len()), (1, 1, 0));
    drop(std::fs::remove_dir_all(dir));
}
