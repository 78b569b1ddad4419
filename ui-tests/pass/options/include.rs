//! `include` is for what the body reads besides its arguments.

use std::sync::atomic::{AtomicU32, Ordering};

use cache_runtime::cache_data;

static FACTOR: AtomicU32 = AtomicU32::new(2);

#[cache_data(include(FACTOR.load(Ordering::Relaxed)))]
fn scaled(x: u32) -> u32 {
    x * FACTOR.load(Ordering::Relaxed)
}

struct Config {
    generation: u32,
}

#[cache_data(include(config.generation, "v1",), skip(config))]
fn several(config: &Config, x: u32) -> u32 {
    x + config.generation
}

fn main() {
    assert_eq!(scaled(3), 6);
    FACTOR.store(3, Ordering::Relaxed);
    assert_eq!(scaled(3), 9);
    assert_eq!(SCALED.len(), 2);
    several(&Config { generation: 1 }, 1);
    several(&Config { generation: 2 }, 1);
    assert_eq!(SEVERAL.len(), 2);
    assert!(SEVERAL.entry(&Config { generation: 1 }, 1).contains());
}
