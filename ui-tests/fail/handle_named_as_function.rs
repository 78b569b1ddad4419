//! Handle and function need two names.

use cache_runtime::cache_data;

#[cache_data]
#[expect(non_snake_case, reason = "the name of a formula")]
fn BMI(weight: u32, height: u32) -> u32 {
    weight * 10_000 / (height * height)
}

#[cache_data(name = "area")]
fn area(width: u32, height: u32) -> u32 {
    width * height
}

fn main() {
    BMI(70, 180);
    area(1, 2);
}
