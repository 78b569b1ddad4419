//! The same for what is only evaluated where it is called.

use cache_runtime::cache_data;

type DbResult<T> = Result<T, String>;

#[derive(Hash)]
struct Db(u32);

impl Db {
    #[cache_data]
    fn rows(&self, x: u32) -> DbResult<u32> {
        Ok(self.0 + x)
    }

    #[cache_data(no_handle)]
    fn hidden(x: u32) -> DbResult<Vec<u32>> {
        Ok(vec![x])
    }
}

#[cache_data]
fn generic<T: std::hash::Hash + Clone + Send + Sync + 'static>(x: T) -> DbResult<T> {
    Ok(x)
}

fn main() {
    Db(1).rows(1).ok();
    Db::hidden(1).ok();
    generic(1).ok();
}
