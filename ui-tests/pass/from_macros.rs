//! Functions that a macro writes.

#![deny(warnings)]

use cache_runtime::{cache_data, cache_resource};

macro_rules! by_parts {
    ($(#[$attr:meta])* $vis:vis $name:ident($arg:ident: $in:ty) -> $out:ty $body:block) => {
        $(#[$attr])*
        #[cache_data]
        $vis fn $name($arg: $in) -> $out $body
    };
}

by_parts!(/** Documented. */ #[must_use] pub(crate) plus_one(x: u32) -> u32 { x + 1 });
by_parts!(length(text: &str) -> Result<usize, String> { Ok(text.len()) });

macro_rules! with_options {
    ($name:ident, $ttl:expr, $max:literal, $lifetime:lifetime, |$value:ident| $check:expr) => {
        #[cache_data(ttl = $ttl, max_entries = $max, cache_if = |$value| $check)]
        fn $name<$lifetime>(text: &$lifetime str) -> usize {
            text.len()
        }
    };
}

with_options!(checked, "1h", 5, 'a, |value| *value > 1);
with_options!(seconds, 60, 5, 'b, |value| *value > 1);

macro_rules! hygienic {
    ($name:ident, $arg:ident) => {
        #[cache_data(key = $arg + x)]
        fn $name($arg: u32, x: u32) -> u32 {
            let y = x;
            $arg * 10 + y
        }
    };
}

hygienic!(mixed, x);

macro_rules! whole_item {
    ($item:item) => {
        #[cache_data]
        $item
    };
}

whole_item! {
    fn item(x: u32) -> u32 {
        x
    }
}

macro_rules! numbers {
    ($($name:ident: $ty:ty = $pattern:pat => $result:expr;)*) => {$(
        #[cache_data]
        fn $name($pattern: ($ty, $ty)) -> $ty {
            $result
        }
    )*};
}

numbers! {
    first: u32 = (x, _) => x;
    second: u64 = (_, y) => y;
}

macro_rules! methods {
    ($ty:ident { $($name:ident),* }) => {
        impl $ty {$(
            #[cache_data]
            fn $name(&self, x: u32) -> u32 {
                self.0 + x
            }
        )*}
    };
}

#[derive(Hash)]
struct Number(u32);

methods!(Number { add, sum });

macro_rules! shared {
    ($out:ty) => {
        #[cache_resource]
        fn resource() -> $out {
            std::sync::Arc::new(1)
        }
    };
}

shared!(std::sync::Arc<u32>);

fn main() {
    assert_eq!(plus_one(1), 2);
    assert!(PLUS_ONE.entry(1).contains());
    assert_eq!(length("abc"), Ok(3));
    assert_eq!(LENGTH.entry("abc").get(), Some(3));
    assert_eq!(checked("abc") + seconds("abc"), 6);
    assert!(CHECKED.entry("abc").contains());
    assert_eq!(mixed(1, 2), 12);
    assert!(MIXED.entry(1, 2).contains());
    assert_eq!(item(1), 1);
    assert!(ITEM.entry(1).contains());
    assert_eq!((first((1, 2)), second((1, 2))), (1, 2));
    assert!(SECOND.entry((1, 2)).contains());
    assert_eq!(Number(1).add(2) + Number(1).sum(3), 7);
    assert!(Number::ADD.entry(&Number(1), 2).contains());
    assert_eq!(*resource(), 1);
}
