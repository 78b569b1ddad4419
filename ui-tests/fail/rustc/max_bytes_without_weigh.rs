//! What does not weigh by itself.

use std::collections::HashMap;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[derive(Clone)]
struct User {
    name: String,
}

#[cache_data(max_bytes = "1MiB")]
fn user(name: &str) -> User {
    User { name: name.to_owned() }
}

#[cache_data(max_bytes = "1MiB")]
fn users(names: &[&str]) -> Result<HashMap<String, User>, String> {
    Ok(names.iter().map(|name| (name.to_string(), user(name))).collect())
}

#[cache_data(max_bytes = "1MiB")]
fn list<T: std::hash::Hash + Clone + Send + Sync + 'static>(value: T) -> Vec<T> {
    vec![value]
}

#[cache_resource(max_bytes = "1MiB")]
fn shared(name: &str) -> Arc<User> {
    Arc::new(user(name))
}

fn main() {
    println!("{}", user("a").name);
    users(&[]).expect("this one never fails");
    list(1);
    shared("a");
}
