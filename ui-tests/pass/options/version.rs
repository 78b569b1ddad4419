//! `version` sets what was kept by other code apart.

use cache_runtime::cache_data;

const FORMAT: u32 = 3;

#[cache_data(version = 2)]
fn number(x: u32) -> u32 {
    x
}

#[cache_data(version = "2026-01")]
fn text(x: u32) -> u32 {
    x
}

#[cache_data(version = FORMAT)]
fn constant(x: u32) -> u32 {
    x
}

mod one {
    #[cache_runtime::cache_data(version = 1, name = "CACHE")]
    pub fn f(x: u32) -> u32 {
        x
    }
}

mod two {
    #[cache_runtime::cache_data(version = 2, name = "CACHE")]
    pub fn f(x: u32) -> u32 {
        x
    }
}

fn main() {
    assert_eq!((number(1), number(1)), (1, 1));
    assert_eq!(NUMBER.stats().hits, 1);
    text(1);
    assert!(TEXT.entry(1).contains());
    constant(1);
    assert!(CONSTANT.entry(1).contains());
    assert_eq!(one::f(1), two::f(1));
    assert_ne!(one::CACHE.fingerprint(), two::CACHE.fingerprint());
}
