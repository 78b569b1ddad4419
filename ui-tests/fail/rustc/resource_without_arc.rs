//! A resource is shared behind an `Arc`.

use std::rc::Rc;

use cache_runtime::cache_resource;

struct Pool;

#[cache_resource]
fn plain() -> Pool {
    Pool
}

#[cache_resource]
fn boxed() -> Result<Box<Pool>, String> {
    Ok(Box::new(Pool))
}

#[cache_resource]
fn counted() -> Option<Rc<Pool>> {
    None
}

#[cache_resource(cheap_clone)]
fn cloned() -> Pool {
    Pool
}

#[cache_resource(cache_err = true)]
fn kept_error() -> Result<Pool, String> {
    Ok(Pool)
}

#[cache_resource]
fn nothing() {}

fn main() {}
