//! Raw identifiers, of functions and arguments.

use cache_runtime::cache_data;

#[cache_data]
fn r#type(r#match: u32) -> u32 {
    r#match
}

#[cache_data(skip(r#in), include(r#fn))]
fn r#struct(r#in: &mut u32, r#fn: u32) -> u32 {
    *r#in += 1;
    r#fn
}

#[cache_data(key = r#loop + 1)]
fn r#while(r#loop: u32, _use: u32) -> u32 {
    r#loop
}

fn main() {
    assert_eq!(r#type(1), 1);
    assert!(TYPE.entry(1).contains());
    assert!(TYPE.name().ends_with("::type"));
    let mut runs = 0;
    r#struct(&mut runs, 5);
    r#struct(&mut runs, 5);
    assert_eq!(runs, 1);
    assert!(STRUCT.entry(5).contains());
    r#while(1, 2);
    assert!(WHILE.entry(1).contains());
}
