//! What macros and imports make of a function's surroundings is not foretold: the compiler says it.

use cache_runtime::cache_data;

trait Area {
    fn area(&self) -> u32;
}

#[derive(Hash)]
struct Square(u32);

macro_rules! passed_on {
    ($($item:tt)*) => { $($item)* };
}

passed_on! {
    impl Area for Square {
        #[cache_data]
        fn area(&self) -> u32 {
            self.0 * self.0
        }
    }
}

passed_on! {
    const LOAD: u32 = 1;

    #[cache_data]
    fn load(id: u32) -> u32 {
        id + LOAD
    }
}

mod limits {
    pub const SIZE: u32 = 1;
}

use limits::SIZE;

#[cache_data]
async fn size(id: u32) -> u32 {
    id + SIZE
}

fn main() {
    load(Square(1).area());
    drop(size(1));
}
