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

macro_rules! with_names_of_its_own {
    ($($handle:literal => $name:ident),*) => {
        $(
            #[cache_data(name = $handle)]
            fn $name(x: u32) -> u32 {
                x
            }
        )*

        #[cache_data]
        fn inside(x: u32) -> u32 {
            INSIDE.entry(x).age().map_or(x, |_| 0)
        }

        fn clear_inside() {
            INSIDE.clear();
        }
    };
}

with_names_of_its_own!("SMALL_NUMBERS" => small, "LARGE_NUMBERS" => large);

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

macro_rules! expressions {
    ($name:ident: $e:expr, $p:pat, $t:ty, $n:literal, $c:expr, $m:meta, $b:block, $s:stmt) => {
        #[cache_data(ttl = $e + 1, cache_if = $c, key = *x + $e)]
        #[$m]
        fn $name(x: $t) -> i64 {
            let y = if $e > 1 { $e } else { -$e };
            let z = match x {
                $p => ($e),
                _ => $n,
            };
            $s;
            for _ in 0..$e {}
            let _ = [$e; 2];
            let _: [u8; 1 + $n as usize] = [0; 1 + $n as usize];
            let c = $c;
            if c(&1) && $b > 1 {
                return $e;
            }
            y * $e + z
        }
    };
}

expressions!(expressions: 1 + 1, 1 | 2, &i64, 3, |value: &i64| *value > 1, must_use, { 1 + 1 }, let _ = 1 + 1);

macro_rules! through_two {
    ($name:ident, $e:expr) => {
        by_expression!($name, $e);
    };
}

macro_rules! by_expression {
    ($name:ident, $e:expr) => {
        #[cache_data]
        async fn $name(x: i32) -> i32 {
            $e * x
        }
    };
}

through_two!(nested, 1 + 1);
through_two!(alone, 3 - 1);

struct Buffer<const N: i8>;

macro_rules! constant {
    ($name:ident, $n:literal) => {
        #[cache_data]
        fn $name(#[cache(skip)] _buffer: &Buffer<$n>) -> i8 {
            i8::abs($n)
        }
    };
}

constant!(constant, -1);

fn main() {
    assert_eq!(expressions(&1), 6);
    drop((nested(1), alone(1)));
    assert_eq!(constant(&Buffer), 1);
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
    assert_eq!(small(1) + large(2), 3);
    assert!(SMALL_NUMBERS.entry(1).contains() && LARGE_NUMBERS.entry(2).contains());
    assert_eq!(inside(3), 3);
    assert_eq!(INSIDE.len(), 1);
    clear_inside();
    assert!(INSIDE.is_empty());
    assert_eq!(*resource(), 1);
}
