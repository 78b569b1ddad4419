//! What is kept owns its parts.

use std::borrow::Cow;

use cache_runtime::{cache_data, cache_resource};

#[cache_data]
fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

#[cache_data]
fn trimmed(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text.trim())
}

#[cache_data]
fn longer<'a>(one: &'a str, other: &'a str) -> Result<Option<&'a str>, String> {
    Ok((one.len() > other.len()).then_some(one))
}

#[cache_resource]
fn view(text: &str) -> std::sync::Arc<Vec<&str>> {
    std::sync::Arc::new(vec![text])
}

struct Page(String);

impl Page {
    #[cache_data]
    fn title(&self) -> &str {
        &self.0
    }
}

// An error is handed on, not kept: it may borrow. So may what a function pointer takes.
#[cache_data]
fn parsed(text: &str) -> Result<u32, &str> {
    text.parse().map_err(|_| text)
}

#[cache_data]
fn measure(_name: &str) -> fn(&str) -> usize {
    str::len
}

fn main() {
    first_word("a b");
    assert_eq!(FIRST_WORD.entry("a b").get(), Some("a"));
    trimmed(" a ");
    longer("a", "bb").ok();
    view("a");
    Page(String::new()).title();
    Page::TITLE.clear();
    parsed("1").ok();
    measure("len");
}
