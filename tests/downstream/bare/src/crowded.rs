//! Items named like those that an expansion needs.

use cache_runtime::{cache_data, cache_resource};

macro_rules! decoys {
    ($($name:ident)*) => {$(
        /// Not the one that everybody means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name;
    )*};
}

decoys! { Key Option Some None Ok Err Vec Arc Box String Duration Function Options Hooks Data Resource Whole CachedFn }

/// Not the one that everybody means either, but it is a `Result`.
pub type Result<T> = std::result::Result<T, std::num::ParseIntError>;

/// Modules too.
pub mod core {}
/// Modules too.
pub mod std_like {}

/// Every argument is called like something inside.
#[cache_data(ttl = "1m", max_entries = 5, include(handle), validate = |value| *value > 0)]
#[must_use]
pub fn sum(key: u32, cache: u32, value: u32, handle: u32, body: u32, this: u32) -> u32 {
    key + cache + value + handle + body + this
}

/// Keeps one of ours.
#[cache_data]
#[must_use]
pub fn ours(key: Key, some: Option) -> (Key, Option) {
    (key, some)
}

/// Ours in containers that are not.
#[cache_data(hash_funcs(Key = |it| *it, Vec = |it| *it))]
#[must_use]
pub fn inside(key: &[Key], part: (Vec, u32)) -> usize {
    key.len() + part.1 as usize
}

/// # Errors
/// Returns `Err` if `text` is no number.
#[cache_data]
pub fn parse(text: &str) -> Result<u32> {
    text.parse()
}

/// Shares one of ours.
#[cache_resource]
#[must_use]
pub fn shared() -> std::sync::Arc<Vec> {
    std::sync::Arc::new(Vec)
}

#[cfg(test)]
mod tests {
    use super::{INSIDE, Key, OURS, Option, PARSE, SHARED, SUM, Vec, inside, ours, parse, shared, sum};

    #[test]
    fn items_of_the_crate_do_not_matter() {
        assert_eq!((sum(1, 1, 1, 1, 1, 1), sum(1, 1, 1, 1, 1, 1), SUM.stats().hits), (6, 6, 1));
        assert_eq!((ours(Key, Option), OURS.entry(Key, Option).contains()), ((Key, Option), true));
        assert_eq!((inside(&[Key], (Vec, 1)), INSIDE.entry(&[Key], (Vec, 1)).contains()), (2, true));
        assert_eq!((parse("1"), parse("x").is_err(), PARSE.len()), (Ok(1), true, 1));
        assert!(std::sync::Arc::ptr_eq(&shared(), &shared()));
        assert_eq!(SHARED.len(), 1);
    }
}
