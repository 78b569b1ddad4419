use std::sync::Arc;

use cache_runtime::cache_resource;
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

trait Speaks: Send + Sync {
    fn word(&self) -> String;
}

struct Dog;

impl Speaks for Dog {
    fn word(&self) -> String {
        "woof".into()
    }
}

#[cache_resource]
fn animal() -> Arc<dyn Speaks> {
    LOG.ran("animal");
    Arc::new(Dog)
}

#[test]
fn every_caller_gets_the_same_instance() {
    let one = animal();
    assert!(Arc::ptr_eq(&one, &animal()));
    assert!(ANIMAL.entry().get().is_some_and(|other| Arc::ptr_eq(&one, &other)));
    assert_eq!(animal().word(), "woof");
    LOG.expect(["animal"]);
}

/// Not `Clone`.
struct Connection;

#[cache_resource]
fn connect(url: &str) -> Result<Arc<Connection>, String> {
    if url.is_empty() { Err("no address".into()) } else { Ok(Arc::new(Connection)) }
}

#[test]
fn a_fallible_resource_keeps_the_instance_and_no_error() {
    assert!(connect("").is_err());
    assert!(CONNECT.is_empty());
    let one = connect("db").expect("there is an address");
    assert!(connect("db").is_ok_and(|other| Arc::ptr_eq(&one, &other)));
}

static OPTIONAL_LOG: CallLog = CallLog::new();

#[cache_resource]
fn find(name: &str) -> Option<Arc<Connection>> {
    OPTIONAL_LOG.ran(name);
    (name == "known").then(|| Arc::new(Connection))
}

#[test]
fn an_optional_resource_keeps_the_instance_and_no_none() {
    assert!(find("unknown").is_none());
    assert!(find("unknown").is_none());
    let one = find("known").expect("it is known");
    assert!(find("known").is_some_and(|other| Arc::ptr_eq(&one, &other)));
    OPTIONAL_LOG.expect(["unknown", "unknown", "known"]);
}

/// Clones share one thing, as those of a client or a pool do.
#[derive(Clone)]
struct Client(Arc<Connection>);

#[cache_resource(cheap_clone)]
fn client() -> Client {
    Client(Arc::new(Connection))
}

#[cache_resource(cheap_clone)]
fn maybe_client(there: bool) -> Option<Client> {
    there.then(|| Client(Arc::new(Connection)))
}

#[test]
fn cheap_clones_share_one_thing() {
    assert!(Arc::ptr_eq(&client().0, &client().0));
    assert!(maybe_client(false).is_none());
    assert_eq!(MAYBE_CLIENT.len(), 0);
    let [one, other] = [maybe_client(true), maybe_client(true)].map(|client| client.map(|client| client.0));
    assert!(one.zip(other).is_some_and(|(one, other)| Arc::ptr_eq(&one, &other)));
}

static ERROR_LOG: CallLog = CallLog::new();

#[cache_resource(cache_err = true)]
fn refused(url: &str) -> Result<Arc<Connection>, String> {
    ERROR_LOG.ran(url);
    if url.is_empty() { Err("no address".into()) } else { Ok(Arc::new(Connection)) }
}

#[test]
fn errors_of_a_resource_are_kept_on_request() {
    assert_eq!(refused("").err(), refused("").err());
    let one = refused("db").expect("there is an address");
    assert!(refused("db").is_ok_and(|other| Arc::ptr_eq(&one, &other)));
    ERROR_LOG.expect(["", "db"]);
}
