//! A future is not a value: what it gives is.

use std::future::Future;
use std::pin::Pin;

use cache_runtime::cache_data;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

trait Store {
    fn load<'a>(&'a self, id: u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>>;
}

#[derive(Hash)]
struct Memory(u32);

impl Store for Memory {
    #[cache_data(no_handle)]
    fn load<'a>(&'a self, id: u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
        Box::pin(async move { self.0 + id })
    }
}

#[cache_data]
fn named(id: u32) -> BoxFuture<'static, u32> {
    Box::pin(async move { id })
}

// It is no future that is kept here.
#[cache_data]
fn maker(_id: u32) -> std::sync::Arc<dyn Fn(u32) -> BoxFuture<'static, u32> + Send + Sync> {
    std::sync::Arc::new(|id| Box::pin(async move { id }))
}

fn main() {
    drop(Memory(1).load(1));
    drop(named(1));
    maker(1);
}
