//! `cache_err` keeps errors too.

use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[cache_data]
fn not_kept(x: u32) -> Result<u32, String> {
    Err(x.to_string())
}

#[cache_data(cache_err = true)]
fn always(x: u32) -> Result<u32, String> {
    Err(x.to_string())
}

#[cache_data(cache_err = false)]
fn never(x: u32) -> Result<u32, String> {
    Err(x.to_string())
}

#[cache_data(ttl = "1h", cache_err = "5s")]
fn a_while(x: u32) -> Result<u32, String> {
    Err(x.to_string())
}

#[cache_resource(cache_err = 5)]
fn resource(x: u32) -> Result<Arc<u32>, String> {
    if x == 0 { Err("zero".into()) } else { Ok(Arc::new(x)) }
}

fn main() {
    not_kept(1).expect_err("always");
    assert!(!NOT_KEPT.entry(1).contains());
    always(1).expect_err("always");
    assert_eq!(ALWAYS.entry(1).get(), Some(Err("1".into())));
    never(1).expect_err("always");
    assert!(!NEVER.entry(1).contains());
    a_while(1).expect_err("always");
    assert!(A_WHILE.entry(1).expires_in() <= Some(std::time::Duration::from_secs(5)));
    resource(0).expect_err("zero");
    assert!(RESOURCE.entry(0).contains());
    assert!(Arc::ptr_eq(&resource(1).expect("not zero"), &resource(1).expect("not zero")));
}
