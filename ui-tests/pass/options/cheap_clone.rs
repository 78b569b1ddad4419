//! `cheap_clone` is for types whose clones share one thing.

use std::sync::Arc;

use cache_runtime::cache_resource;

#[derive(Clone)]
struct Client(Arc<str>);

#[cache_resource(cheap_clone)]
fn client(name: &str) -> Client {
    Client(name.into())
}

#[cache_resource(cheap_clone)]
fn fallible(name: &str) -> Result<Client, std::io::Error> {
    Ok(Client(name.into()))
}

#[cache_resource(cheap_clone)]
fn optional(name: &str) -> Option<Client> {
    (!name.is_empty()).then(|| Client(name.into()))
}

fn main() {
    assert!(Arc::ptr_eq(&client("a").0, &client("a").0));
    let [one, other] = [fallible("a"), fallible("a")].map(|client| client.expect("this one never fails").0);
    assert!(Arc::ptr_eq(&one, &other));
    optional("");
    assert!(!OPTIONAL.entry("").contains());
    optional("a");
    assert!(OPTIONAL.entry("a").contains());
}
