//! Data is cloned.

use cache_runtime::cache_data;

struct Row;

#[cache_data]
fn row(id: u32) -> Row {
    let _ = id;
    Row
}

#[cache_data]
fn fallible(id: u32) -> Result<Row, String> {
    let _ = id;
    Ok(Row)
}

#[cache_data(no_handle)]
fn without(id: u32) -> Vec<Row> {
    let _ = id;
    Vec::new()
}

struct Repo;

impl Repo {
    #[cache_data(skip(self))]
    async fn row(&self, id: u32) -> Option<Row> {
        let _ = id;
        None
    }
}

fn main() {}
