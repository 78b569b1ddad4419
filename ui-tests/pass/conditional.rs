//! Functions under `cfg`: the handle goes with its function.

#![deny(unexpected_cfgs)]

use cache_runtime::cache_data;

#[cfg(unix)]
#[cache_data]
fn platform(x: u32) -> u32 {
    x
}

#[cfg(not(unix))]
#[cache_data]
fn platform(x: u32) -> u32 {
    x + 1
}

#[cache_data]
#[cfg(target_pointer_width = "64")]
fn width() -> u32 {
    64
}

#[cache_data]
#[cfg(not(target_pointer_width = "64"))]
fn width() -> u32 {
    32
}

#[cache_data]
#[cfg(any())]
fn never(x: NoSuchType) -> u32 {
    no_such_function(x)
}

struct Repo;

impl Repo {
    #[cache_data(in_impl)]
    #[cfg(all())]
    fn load(x: u32) -> u32 {
        x
    }

    #[cache_data(in_impl)]
    #[cfg(any())]
    fn load(x: u32) -> u32 {
        x + 1
    }
}

#[cfg_attr(all(), cache_data)]
fn attribute(x: u32) -> u32 {
    x
}

#[cfg_attr(any(), cache_data)]
fn no_attribute(x: &mut u32) -> &mut u32 {
    x
}

fn main() {
    platform(1);
    assert!(PLATFORM.entry(1).contains());
    width();
    assert!(WIDTH.entry().contains());
    assert_eq!(Repo::load(1), 1);
    assert!(Repo::LOAD.entry(1).contains());
    attribute(1);
    assert!(ATTRIBUTE.entry(1).contains());
    no_attribute(&mut 1);
}
