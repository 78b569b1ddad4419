//! `skip` names parameters.

use cache_runtime::cache_data;

#[cache_data(skip(conection, colour))]
fn row(connection: u32, id: u32) -> u32 {
    connection + id
}

#[cache_data(skip(self))]
fn no_method(id: u32) -> u32 {
    id
}

#[cache_data(skip("id"))]
fn text(id: u32) -> u32 {
    id
}

#[cache_data(skip(id, id))]
fn twice(id: u32) -> u32 {
    id
}

fn main() {
    row(1, 2);
    ROW.entry(2).clear();
    no_method(1);
    NO_METHOD.entry(1).clear();
    text(1);
    twice(1);
}
