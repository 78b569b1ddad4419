//! `tags` lists texts.

use cache_runtime::cache_data;

#[cache_data(tags)]
fn nothing() {}

#[cache_data(tags())]
fn empty() {}

#[cache_data(tags = "users")]
fn assigned() {}

#[cache_data(tags(users))]
fn bare() {}

#[cache_data(tags("users", 5))]
fn number() {}

#[cache_data(tags("user:{id}", "{other}"))]
fn no_format(id: u32) -> u32 {
    id
}

#[cache_data(tags(usr))]
fn misspelt(user: &str) -> usize {
    user.len()
}

#[cache_data(tags(one))]
fn pattern((one, two): (String, u32)) -> usize {
    one.len() + two as usize
}

#[cache_data(tags("users", format!("user:{id}")), persist = "disk")]
fn on_disk(id: u32) -> u32 {
    id
}

fn main() {
    nothing();
    empty();
    assigned();
    bare();
    number();
    misspelt("a");
    pattern((String::new(), 1));
    on_disk(1);
}
