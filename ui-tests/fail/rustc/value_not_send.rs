//! What is kept is handed out on any thread.

use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard};

use cache_runtime::{cache_data, cache_resource};

#[cache_data]
fn data(id: u32) -> Rc<u32> {
    Rc::new(id)
}

#[cache_resource]
fn resource(id: u32) -> Arc<MutexGuard<'static, u32>> {
    static LOCK: Mutex<u32> = Mutex::new(0);
    let _ = id;
    Arc::new(LOCK.lock().expect("nobody panics"))
}

fn main() {}
