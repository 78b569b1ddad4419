//! Functions of every kind.

#![deny(warnings)]

use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

#[cache_data]
fn nothing() {}

#[cache_data]
fn generic<T: Hash + Clone + Send + Sync + 'static>(value: T) -> Vec<T> {
    vec![value]
}

#[cache_data]
fn bounded<T>(value: &T) -> String
where
    T: Hash + Display + ?Sized,
{
    value.to_string()
}

#[cache_data]
fn sized<const N: usize>(values: [u8; N]) -> usize {
    values.len()
}

#[cache_data]
fn anonymous(value: impl Hash + Debug, other: &impl Hash) -> String {
    let _ = other;
    format!("{value:?}")
}

#[cache_data]
fn no_parameters<T: Default + Clone + Send + Sync + 'static>() -> T {
    T::default()
}

#[cache_data]
fn with_lifetimes<'a, 'b: 'a>(one: &'a str, other: Option<&'b [u8]>) -> usize {
    one.len() + other.map_or(0, <[u8]>::len)
}

#[cache_data]
fn higher_ranked(function: for<'a> fn(&'a str) -> &'a str, _call: &dyn for<'a> Fn(&'a str) -> &'a str) -> usize {
    function("abc").len()
}

#[cache_data]
fn returns_function(_x: u32) -> fn(&str) -> usize {
    str::len
}

#[cache_resource]
fn returns_dyn(x: u32) -> Arc<dyn Fn(&str) -> usize + Send + Sync> {
    Arc::new(move |text| text.len() + x as usize)
}

#[cache_data]
fn borrowed_error(text: &str) -> Result<u32, &str> {
    text.parse().map_err(|_| text)
}

#[cache_data]
fn io_result(x: u32) -> std::io::Result<u32> {
    Ok(x)
}

#[cache_data]
fn boxed_error(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
    Ok(text.parse()?)
}

#[cache_data]
fn early(x: u32) -> Option<u32> {
    if x == 0 {
        return None;
    }
    let half = x.checked_div(2)?;
    Some(half)
}

#[cache_data]
fn static_text(x: u32) -> &'static str {
    if x == 0 { "none" } else { "some" }
}

#[cache_data]
async fn later(name: &str, x: u32) -> Result<String, std::num::ParseIntError> {
    let y: u32 = std::future::ready(name).await.parse()?;
    Ok((x + y).to_string())
}

#[cache_data]
unsafe fn dangerous(x: u32) -> u32 {
    x
}

#[cache_data]
extern "C" fn for_c(x: u32) -> u32 {
    x
}

#[cache_data]
unsafe extern "C" fn dangerous_for_c(x: u32) -> u32 {
    x
}

#[cache_data]
fn floats(x: f64, y: (f32, Option<f64>), z: &[f64]) -> f64 {
    x + f64::from(y.0) + z.iter().sum::<f64>()
}

#[cache_data]
fn maps(map: &std::collections::HashMap<String, f64>) -> usize {
    map.len()
}

fn main() {
    nothing();
    assert!(NOTHING.entry().contains());
    assert_eq!((generic(1), generic("a")), (vec![1], vec!["a"]));
    assert_eq!(GENERIC.len(), 2);
    assert_eq!(bounded("a") + &bounded(&1), "a1");
    assert_eq!(sized([1, 2]) + sized([1, 2, 3]), 5);
    assert_eq!(anonymous(1, &2) + &anonymous("a", &'b'), "1\"a\"");
    assert_eq!((no_parameters::<u8>(), no_parameters::<String>()), (0, String::new()));
    assert_eq!(with_lifetimes("ab", Some(b"c")), 3);
    assert!(WITH_LIFETIMES.entry("ab", Some(b"c")).contains());
    assert_eq!(higher_ranked(str::trim, &|text| text), 3);
    assert_eq!(returns_function(1)("ab"), 2);
    assert_eq!(returns_dyn(1)("ab"), 3);
    assert_eq!((borrowed_error("1"), borrowed_error("x")), (Ok(1), Err("x")));
    assert_eq!(io_result(1).ok(), Some(1));
    assert!(boxed_error("x").is_err());
    assert_eq!((early(0), early(4)), (None, Some(2)));
    assert_eq!(static_text(0), "none");
    drop(later("1", 2));
    LATER.entry("1", 2).clear();
    // SAFETY: the function asks for nothing
    assert_eq!(unsafe { dangerous(1) + dangerous_for_c(1) }, 2);
    assert_eq!(for_c(1), 1);
    assert!(floats(1.0, (2.0, None), &[3.0]) > 5.0);
    assert_eq!(maps(&std::collections::HashMap::from([("a".into(), 1.0)])), 1);
}
