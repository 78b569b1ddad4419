//! A return type named `Result` is taken for one.

use cache_runtime::cache_data;

mod exam {
    #[derive(Clone)]
    pub struct Result;
}

mod sport {
    #[derive(Clone)]
    pub struct Result<T, U>(pub T, pub U);
}

#[cache_data]
fn grade(points: u32) -> exam::Result {
    let _ = points;
    exam::Result
}

#[cache_data]
fn score(points: u32) -> sport::Result<u32, u32> {
    sport::Result(points, 1)
}

fn main() {}
