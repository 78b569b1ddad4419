//! `crate` is for those who know the crate by another path.

mod prelude {
    pub use cache_runtime as cache;
}

use prelude::cache::cache_data;

#[cache_data(crate = "crate::prelude::cache")]
fn module(x: u32) -> u32 {
    x
}

mod inner {
    #[super::cache_data(crate = "super::prelude::cache")]
    pub fn relative(x: u32) -> u32 {
        x
    }
}

#[cache_data(crate = "::cache_runtime", no_handle)]
fn absolute(x: u32) -> u32 {
    x
}

fn main() {
    module(1);
    assert!(MODULE.entry(1).contains());
    inner::relative(1);
    assert!(inner::RELATIVE.entry(1).contains());
    absolute(1);
}
