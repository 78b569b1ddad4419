//! Arguments may have the names that expansions use.

use cache_runtime::cache_data;

#[cache_data]
fn names(key: u32, cache: u32, value: u32, this: u32, handle: u32, body: u32, store: u32, argument0: u32) -> u32 {
    key + cache + value + this + handle + body + store + argument0
}

// An underscore at the beginning leaves a parameter out of the key.
#[cache_data]
#[expect(non_snake_case, reason = "the name is the test")]
fn static_name(__FUNCTION: u32, STATIC_NAMES: u32, key: &str) -> usize {
    (__FUNCTION + STATIC_NAMES) as usize + key.len()
}

#[cache_data(key = key + argument1)]
fn expression(key: u32, argument1: u32, (argument0, _): (u32, u32)) -> u32 {
    let _ = argument0;
    key + argument1
}

#[cache_data(include(key))]
fn patterns((argument0, key1): (u32, u32), [argument1, ..]: [u32; 2], key: u32) -> u32 {
    argument0 + key1 + argument1 + key
}

#[derive(Hash)]
struct Value(u32);

impl Value {
    #[cache_data]
    fn method(&self, this: u32, key: u32) -> u32 {
        self.0 + this + key
    }
}

#[cache_data]
fn with_default_handle_name(with_default_handle_name: u32) -> u32 {
    with_default_handle_name
}

#[cache_data]
fn many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8) -> u8 {
    a + b + c + d + e + f + g + h + i + j + k + l
}

fn main() {
    assert_eq!(names(1, 2, 3, 4, 5, 6, 7, 8), 36);
    assert!(NAMES.entry(1, 2, 3, 4, 5, 6, 7, 8).contains());
    assert_eq!(static_name(1, 2, "abc"), 6);
    assert!(STATIC_NAME.entry(2, "abc").contains());
    assert_eq!(expression(1, 2, (3, 4)), 3);
    assert!(EXPRESSION.entry(1, 2).contains());
    assert_eq!(patterns((1, 2), [3, 4], 5), 11);
    assert!(PATTERNS.entry((1, 2), [3, 4], 5).contains());
    assert_eq!(Value(1).method(2, 3), 6);
    assert!(Value::METHOD.entry(&Value(1), 2, 3).contains());
    assert_eq!(with_default_handle_name(1), 1);
    assert_eq!(many(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), 12);
    assert!(MANY.entry(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).contains());
}
