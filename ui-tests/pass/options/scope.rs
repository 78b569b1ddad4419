//! `scope` says who shares the entries.

use std::rc::Rc;

use cache_runtime::{Session, cache_data, cache_resource};

#[cache_data(scope = "global")]
fn global() -> u32 {
    1
}

#[cache_data(scope = "session", ttl = "1h", max_entries = 3)]
fn of_session(x: u32) -> Result<u32, String> {
    Ok(x)
}

#[cache_data(scope = "thread")]
fn of_thread(x: u32) -> Rc<u32> {
    Rc::new(x)
}

#[cache_resource(scope = "thread")]
fn resource() -> Rc<std::cell::Cell<u32>> {
    Rc::default()
}

#[cache_data(scope = "thread", cache_err = true)]
fn with_error(x: u32) -> Result<Rc<u32>, Rc<str>> {
    if x > 0 { Ok(Rc::new(x)) } else { Err("zero".into()) }
}

#[cache_data(scope = "thread")]
fn generic<T: Clone + std::hash::Hash + 'static>(x: T) -> Rc<T> {
    Rc::new(x)
}

struct Repo;

impl Repo {
    #[cache_data(scope = "session", in_impl)]
    async fn user(id: u64) -> String {
        id.to_string()
    }
}

fn main() {
    assert_eq!(global(), 1);
    let session = Session::new();
    assert_eq!(session.enter(|| of_session(2)), Ok(2));
    assert_eq!(OF_SESSION.len(), 1);
    assert!(Rc::ptr_eq(&of_thread(1), &of_thread(1)));
    resource().set(2);
    assert_eq!(resource().get(), 2);
    assert!(with_error(0).is_err() && with_error(1).is_ok());
    assert_eq!(*generic("text"), "text");
    let _not_awaited = Repo::user(1);
    assert!(Repo::USER.is_empty());
}
