//! Errors that are kept are cloned as values are.

use std::io;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

struct Failed;

#[cache_data(cache_err = "5s")]
fn parsed(id: u32) -> Result<u32, Failed> {
    Ok(id)
}

#[cache_data(cache_err = true)]
async fn read(id: u32) -> io::Result<u32> {
    Ok(id)
}

#[cache_resource(cache_err = true)]
fn opened(id: u32) -> Result<Arc<u32>, Failed> {
    Ok(Arc::new(id))
}

#[cache_resource(cache_err = true, cheap_clone)]
fn connected(id: u32) -> Result<Arc<u32>, Failed> {
    Ok(Arc::new(id))
}

#[cache_data(cache_err = true, scope = "thread")]
fn on_a_thread(id: u32) -> Result<u32, Failed> {
    Ok(id)
}

#[derive(Clone)]
struct Report;

#[cache_data(cache_err = true)]
fn no_result(id: u32) -> Report {
    let _ = id;
    Report
}

// These can be kept.
#[cache_data(cache_err = true)]
fn shared(id: u32) -> Result<u32, Arc<Failed>> {
    Ok(id)
}

fn main() {}
