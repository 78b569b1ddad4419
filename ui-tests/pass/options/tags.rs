//! `tags` name functions that are cleared together, and by expressions over the parameters single entries.

#![deny(warnings, clippy::pedantic)]

use cache_runtime::{CACHE_DATA, cache_data};

#[cache_data(tags("users"))]
fn user(id: u32) -> u32 {
    id
}

#[cache_data(tags("users", "groups",))]
fn group(id: u32) -> u32 {
    id
}

/// Looked at by its tags alone.
#[cache_data(tags("posts", format!("user:{author}"), tag(*post)))]
fn post(post: &u32, author: String, mut seed: u32) -> u32 {
    seed += 1;
    seed
}

fn tag(post: u32) -> Option<String> {
    (post > 0).then(|| format!("post:{post}"))
}

#[cache_data(enabled = id > 0, tags(name, _also), no_handle)]
async fn later(id: u32, name: String, _also: &[&str]) -> Result<String, String> {
    if id == 3 { Err(name) } else { Ok(name) }
}

struct Team {
    name: String,
}

impl Team {
    #[cache_data(key = self.name, tags(self.name))]
    fn size<T: Send>(&self, _members: &[T]) -> usize {
        self.name.len()
    }
}

fn main() {
    user(1);
    group(1);
    CACHE_DATA.clear_tag("groups");
    assert!(USER.entry(1).contains());
    assert!(GROUP.is_empty());
    CACHE_DATA.clear_tag("users");
    assert!(USER.is_empty());
    post(&1, "ada".to_owned(), 1);
    post(&2, "ada".to_owned(), 1);
    CACHE_DATA.clear_tag("post:1");
    assert_eq!(POST.len(), 1);
    CACHE_DATA.clear_tag("user:ada");
    assert!(POST.is_empty());
    drop(later(1, "a".to_owned(), &["b"]));
    Team { name: "blue".to_owned() }.size(&[1]);
    assert_eq!(Team::SIZE.len(), 1);
    CACHE_DATA.clear_tag("blue");
    assert_eq!(Team::SIZE.len(), 0);
}
