//! What may stand in a parameter's `#[cache(…)]`.

use cache_runtime::cache_data;

#[cache_data]
fn unknown(#[cache(nonsense)] x: u32) -> u32 {
    x
}

#[cache_data]
fn misspelt(#[cache(skipp)] x: u32) -> u32 {
    x
}

#[cache_data]
fn twice(#[cache(skip, skip)] x: u32) -> u32 {
    x
}

#[cache_data]
fn two(#[cache(skip)] #[cache(by = |x| *x)] x: u32) -> u32 {
    x
}

#[cache_data]
fn no_value(#[cache(by)] x: u32) -> u32 {
    x
}

#[cache_data]
fn half_value(#[cache(by = )] x: u32) -> u32 {
    x
}

#[cache_data]
fn list(#[cache(by(|x| *x))] x: u32) -> u32 {
    x
}

#[cache_data]
fn flag_with_value(#[cache(skip = true)] x: u32) -> u32 {
    x
}

#[cache_data]
fn empty(#[cache()] x: u32) -> u32 {
    x
}

#[cache_data]
fn bare(#[cache] x: u32) -> u32 {
    x
}

#[cache_data]
fn assigned(#[cache = "skip"] x: u32) -> u32 {
    x
}

#[cache_data]
fn word(#[cache(serde = true)] x: u32) -> u32 {
    x
}

#[cache_data]
fn both(#[cache(by = |x| *x, serde)] x: u32) -> u32 {
    x
}

fn main() {
    word(1);
    both(1);
    unknown(1);
    misspelt(1);
    twice(1);
    two(1);
    no_value(1);
    half_value(1);
    list(1);
    flag_with_value(1);
    empty(1);
    bare(1);
    assigned(1);
    UNKNOWN.entry(1).clear();
    TWICE.entry().clear();
}
