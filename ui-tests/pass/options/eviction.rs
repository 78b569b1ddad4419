//! `eviction` says what goes at a bound.

use cache_runtime::cache_data;

#[cache_data(max_entries = 2, eviction = "clock_pro")]
fn clock_pro(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = 2, eviction = "lru")]
fn lru(x: u32) -> u32 {
    x
}

#[cache_data(weigh, eviction = "lru")]
fn in_the_bound_of_all(x: u32) -> u32 {
    x
}

#[cache_data(max_entries = 2, eviction = "tiny_lfu")]
fn tiny_lfu(x: u32) -> u32 {
    x
}

fn main() {
    for x in 0..3 {
        lru(x);
        clock_pro(x);
        in_the_bound_of_all(x);
        assert_eq!(tiny_lfu(x), x);
    }
    assert!(!CLOCK_PRO.entry(0).contains());
    assert!(CLOCK_PRO.entry(2).contains());
    assert_eq!(IN_THE_BOUND_OF_ALL.len(), 3);
    assert!(!LRU.entry(0).contains());
    assert!(LRU.entry(2).contains());
    assert!(TINY_LFU.len() <= 2);
}
