//! Without a body there is nothing to keep.

use cache_runtime::cache_data;

trait Shape {
    #[cache_data]
    fn area(&self) -> u32;
}

#[cache_data]
fn perimeter(side: u32) -> u32;

struct Square;

impl Shape for Square {
    fn area(&self) -> u32 {
        1
    }
}

fn main() {
    Square.area();
    perimeter(1);
    PERIMETER.entry(1).clear();
}
