//! Lifetimes that are none.

use cache_runtime::cache_data;

#[cache_data(ttl = "90", time_to_idle = "1 fortnight")]
fn no_unit(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "", time_to_idle = "soon")]
fn no_number(x: u32) -> u32 {
    x
}

#[cache_data(ttl = -5, time_to_idle = "-5s")]
fn negative(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "1:75:00", time_to_idle = "9999999w")]
fn too_large(x: u32) -> u32 {
    x
}

#[cache_data(ttl = 10m, time_to_idle = "3s"x)]
fn unit_behind(x: u32) -> u32 {
    x
}

#[cache_data(ttl = true, time_to_idle = 'h')]
fn of_another_kind(x: u32) -> u32 {
    x
}

#[cache_data(ttl = "5 s s", time_to_idle = "1.2.3s")]
fn odd(x: u32) -> u32 {
    x
}

fn main() {
    no_unit(1);
    no_number(1);
    negative(1);
    too_large(1);
    of_another_kind(1);
    odd(1);
}
