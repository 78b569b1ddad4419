//! What goes through `&mut self` is not kept.

use cache_runtime::cache_data;

#[derive(Hash)]
struct Counter(u32);

impl Counter {
    #[cache_data]
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }

    #[cache_data]
    fn typed(self: &mut Self) -> u32 {
        self.0
    }
}

fn main() {
    let mut counter = Counter(0);
    counter.next();
    counter.typed();
    Counter::NEXT.entry(&mut counter).clear();
    Counter::TYPED.clear();
}
