//! What can be no part of a key is named, with the ways out.

use cache_runtime::cache_data;

struct Connection;

#[cache_data]
fn owned(connection: Connection, id: u32) -> u32 {
    let _ = connection;
    id
}

#[cache_data]
fn borrowed(id: u32, connection: &Connection) -> u32 {
    let _ = connection;
    id
}

#[cache_data]
fn pattern((connection, id): &(Connection, u32)) -> u32 {
    let _ = connection;
    *id
}

#[cache_data]
fn nested(connections: &[Option<Connection>]) -> usize {
    connections.len()
}

struct Repo;

impl Repo {
    #[cache_data]
    fn user(&self, id: u32) -> u32 {
        id
    }
}

#[cache_data]
fn generic<T>(value: T) -> u32 {
    drop(value);
    1
}

#[cache_data]
fn anonymous(value: impl Fn() -> u32) -> u32 {
    value()
}

#[cache_data(key = (id, Connection))]
fn expression(id: u32) -> u32 {
    id
}

#[cache_data]
fn stand_in(#[cache(by = |id| Connection)] id: u32) -> u32 {
    id
}

fn main() {}
