//! `skip` names parameters.

use cache_runtime::cache_data;

#[cache_data(skip)]
fn nothing(id: u32) -> u32 {
    id
}

#[cache_data(skip())]
fn empty(id: u32) -> u32 {
    id
}

#[cache_data(skip = id)]
fn assigned(id: u32) -> u32 {
    id
}

#[cache_data(skip("id"))]
fn text(id: u32) -> u32 {
    id
}

#[cache_data(skip(idd))]
fn misspelt(id: u32) -> u32 {
    id
}

#[cache_data(skip(id.0))]
fn field(id: (u32, u32)) -> u32 {
    id.0
}

#[cache_data(skip(id, id))]
fn twice(id: u32) -> u32 {
    id
}

#[cache_data(skip(id), key = id)]
fn keyed(id: u32) -> u32 {
    id
}

fn main() {
    nothing(1);
    empty(1);
    assigned(1);
    text(1);
    misspelt(1);
    field((1, 2));
    twice(1);
    keyed(1);
}
