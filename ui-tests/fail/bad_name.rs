//! Names that no static can have.

use cache_runtime::cache_data;

#[cache_data(name = "two words")]
fn spaced(x: u32) -> u32 {
    x
}

#[cache_data(name = "fn")]
fn keyword(x: u32) -> u32 {
    x
}

#[cache_data(name = "")]
fn empty(x: u32) -> u32 {
    x
}

#[cache_data(name = USERS)]
fn bare(x: u32) -> u32 {
    x
}

#[cache_data(name = "_")]
fn underscore(x: u32) -> u32 {
    x
}

#[cache_data(name = "Self")]
fn own_type(x: u32) -> u32 {
    x
}

fn main() {
    spaced(1);
    keyword(1);
    empty(1);
    bare(1);
    underscore(1);
    own_type(1);
}
