//! Parameters that are used, or that are said to be unused, are no reason for a warning.

#![deny(warnings)]

use cache_runtime::cache_data;

#[cache_data]
fn plain(by_value: String, by_reference: &str, mut changed: u32, in_text: u32, _left_out: u32) -> String {
    changed += 1;
    format!("{by_value}{by_reference}{changed}{in_text}")
}

#[cache_data]
async fn later(by_value: Vec<u32>, (one, _): (u32, u32), r#type: u32) -> u32 {
    std::future::ready(()).await;
    by_value.iter().sum::<u32>() + one + r#type
}

#[cache_data]
fn generic<T: std::hash::Hash + ToString, const N: usize>(value: T, rows: [u8; N]) -> String {
    value.to_string() + &rows.len().to_string()
}

#[cache_data(key = (only_in_the_key, used))]
fn named(only_in_the_key: u32, used: u32) -> u32 {
    used
}

#[cache_data(include(generation))]
fn included(generation: u32, used: u32) -> u32 {
    used
}

#[cache_data]
fn stood_for(#[cache(by = |path| path.len())] only_in_the_key: &str, used: u32) -> u32 {
    used
}

#[cache_data]
fn allowed_here(#[allow(unused_variables)] unused: u32, #[expect(unused_variables)] (one, other): (u32, u32)) -> u32 {
    1
}

#[allow(unused_variables)]
#[cache_data]
fn allowed_for_all(unused: u32) -> u32 {
    1
}

#[cache_data]
#[expect(unused_variables, reason = "it will be used")]
fn expected(unused: u32) -> u32 {
    1
}

#[cache_data]
fn allowed_inside(unused: u32) -> u32 {
    #![allow(unused)]
    1
}

#[cache_data]
fn skipped(#[allow(unused_variables)] #[cache(skip)] unused: u32) -> u32 {
    1
}

#[allow(unused_variables)]
mod allowed {
    #[cache_runtime::cache_data]
    pub(super) fn inside(unused: u32) -> u32 {
        1
    }
}

#[derive(Hash)]
struct Repo(u32);

impl Repo {
    #[cache_data]
    fn method(&self, used: u32) -> u32 {
        used
    }

    #[cache_data(no_handle)]
    fn hidden(self: &Self, mut used: Vec<u32>) -> Vec<u32> {
        used.push(self.0);
        used
    }
}

fn main() {
    assert_eq!(plain("a".into(), "b", 1, 2, 3), "ab22");
    drop(later(vec![1], (2, 3), 4));
    assert_eq!(generic(1, [0]), "11");
    assert_eq!(named(1, 2) + included(1, 2) + stood_for("a", 2), 6);
    assert_eq!(allowed_here(1, (2, 3)) + allowed_for_all(1) + expected(1) + allowed_inside(1) + skipped(1), 5);
    assert_eq!(allowed::inside(1) + Repo(1).method(1), 2);
    assert_eq!(Repo(1).hidden(vec![2]), [2, 1]);
}
