//! `skip` leaves parameters out of the key.

use cache_runtime::cache_data;

struct Connection;

#[cache_data(skip(connection))]
fn row(connection: &Connection, id: u32) -> u32 {
    let _ = connection;
    id
}

#[cache_data(skip(first, r#type,))]
fn several(first: &mut u32, r#type: &Connection, id: u32) -> u32 {
    let _ = r#type;
    *first += 1;
    id
}

struct Repo(Connection);

impl Repo {
    #[cache_data(skip(self))]
    fn user(&self, id: u32) -> u32 {
        let _ = self.0;
        id
    }
}

fn main() {
    row(&Connection, 1);
    assert!(ROW.entry(1).contains());
    let mut runs = 0;
    several(&mut runs, &Connection, 1);
    several(&mut runs, &Connection, 1);
    assert_eq!(runs, 1);
    assert!(SEVERAL.entry(1).contains());
    Repo(Connection).user(1);
    assert!(Repo::USER.entry(1).contains());
}
