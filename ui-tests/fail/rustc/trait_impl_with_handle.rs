//! The `impl` of a trait has no place for a handle.

use cache_runtime::cache_data;

trait Area {
    fn area(&self) -> u32;
}

#[derive(Hash)]
struct Square(u32);

impl Area for Square {
    #[cache_data]
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

fn main() {
    Square(1).area();
}
