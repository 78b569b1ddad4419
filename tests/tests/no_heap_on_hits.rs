//! A hit on a value that owns nothing does not touch the heap, whatever the arguments.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};
use serde::Serialize;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: all is handed on to the system's allocator as it came.
#[expect(unsafe_code, reason = "an allocator cannot be had without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps what `alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps what `dealloc` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The allocations of the second of two calls, and of making the key alone.
fn allocations_of_a_hit<R>(call: impl Fn() -> R) -> u64 {
    drop(call());
    drop(call());
    let before = ALLOCATIONS.get();
    let kept = call();
    let after = ALLOCATIONS.get();
    drop(kept);
    after - before
}

#[derive(Serialize)]
struct Query<'a> {
    name: &'a str,
    weights: [f64; 3],
    page: Option<u32>,
    tags: &'a HashMap<String, f32>,
}

#[cache_data]
fn of_number(x: u64) -> u64 {
    x
}

#[cache_data]
fn of_text(x: &str) -> u64 {
    x.len() as u64
}

#[cache_data]
fn of_bytes(x: &[u8]) -> usize {
    x.len()
}

#[cache_data]
fn of_reals(x: &[f64]) -> usize {
    x.len()
}

#[cache_data]
fn of_struct(x: &Query<'_>) -> usize {
    x.tags.len()
}

#[cache_data]
fn of_map(x: &HashMap<String, u32>, y: &BTreeMap<u8, f64>) -> usize {
    x.len() + y.len()
}

#[cache_data(max_entries = 100, ttl = "1h", time_to_idle = "30m")]
fn bounded(x: u64) -> u64 {
    x
}

#[cache_data(max_entries = 8)]
fn few(x: u64) -> u64 {
    x
}

#[cache_resource]
fn shared() -> Arc<str> {
    Arc::from("shared")
}

#[cache_data]
fn fallible(x: u64) -> Result<Option<u64>, String> {
    Ok(Some(x))
}

#[test]
fn a_hit_does_not_touch_the_heap() {
    let text = "x".repeat(36);
    let (kilobyte, megabyte) = (vec![1; 1 << 10], vec![1; 1 << 20]);
    let reals = vec![0.5; 1_000];
    let tags: HashMap<_, _> = (0..9_u8).map(|x| (x.to_string(), f32::from(x))).collect();
    let numbers: HashMap<_, _> = (0..9_u32).map(|x| (x.to_string(), x)).collect();
    let sorted: BTreeMap<_, _> = (0..9_u8).map(|x| (x, f64::from(x))).collect();
    let query = Query { name: "users", weights: [0.0, 1.0, 2.0], page: Some(1), tags: &tags };
    let counts = [
        ("u64", allocations_of_a_hit(|| of_number(7))),
        ("&str", allocations_of_a_hit(|| of_text(&text))),
        ("1 KiB", allocations_of_a_hit(|| of_bytes(&kilobyte))),
        ("1 MiB", allocations_of_a_hit(|| of_bytes(&megabyte))),
        ("&[f64]", allocations_of_a_hit(|| of_reals(&reals))),
        ("struct", allocations_of_a_hit(|| of_struct(&query))),
        ("maps", allocations_of_a_hit(|| of_map(&numbers, &sorted))),
        ("Arc", allocations_of_a_hit(shared)),
        ("Result", allocations_of_a_hit(|| fallible(1))),
        ("two in turn", allocations_of_a_hit(|| (few(1), few(2), few(1), few(2)))),
        ("lifetimes and bounds", allocations_of_a_hit(|| bounded(1))),
    ];
    for (what, count) in counts {
        assert_eq!(count, 0, "{what}");
    }
}
