//! The `impl` of a trait has no place for a handle.

use cache_runtime::{cache_data, cache_resource};
use std::sync::Arc;

trait Area {
    fn area(&self) -> u32;
    fn name(&self) -> String;
    fn sides() -> Arc<[u32]>;
}

#[derive(Hash)]
struct Square(u32);

impl Area for Square {
    #[cache_data]
    fn area(&self) -> u32 {
        self.0 * self.0
    }

    #[cache_data(ttl = "1h")]
    fn name(&self) -> String {
        format!("a square of {}", self.0)
    }

    #[cache_resource]
    fn sides() -> Arc<[u32]> {
        Arc::new([1, 1, 1, 1])
    }
}

impl<T> Area for Vec<T>
where
    for<'a> &'a T: Into<u32>,
{
    #[cache_data(tll = 5)]
    fn area(&self) -> u32 {
        self.iter().map(Into::into).sum()
    }

    #[cache_data(no_handle, skip(self))]
    fn name(&self) -> String {
        "a list".into()
    }

    fn sides() -> Arc<[u32]> {
        Arc::new([])
    }
}

fn main() {
    println!("{} of {} by {:?}", Square(1).name(), Square(1).area(), Square::sides());
}
