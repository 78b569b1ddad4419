//! Calls persistent functions inside an isolation, outside of any, or both, and says whose bodies ran.
#![expect(clippy::print_stdout, reason = "that is how it answers")]

use std::env::args;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use cache_runtime::{CACHE_DATA, cache_data, isolated};

static RAN: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

#[cache_data(persist = "disk")]
fn first(x: u32) -> u32 {
    RAN[0].fetch_add(1, Relaxed);
    x
}

#[cache_data(persist = "disk", memory = false)]
fn second(x: u32) -> u32 {
    RAN[1].fetch_add(1, Relaxed);
    x
}

fn calls() {
    for _ in 0..3 {
        assert_eq!((first(7), second(8)), (7, 8));
    }
}

fn inside() {
    calls();
    FIRST.entry(9).insert(9);
    assert_eq!(FIRST.entry(7).remove(), Some(7));
    FIRST.entry(9).clear();
    FIRST.retain(|_| false);
    SECOND.clear();
    CACHE_DATA.clear_tag("any");
    CACHE_DATA.clear();
}

fn main() {
    match args().nth(1).as_deref() {
        None => isolated(inside),
        Some("outside") => calls(),
        // The keys of one are not those of the other: neither sees when the other begins.
        Some(_) => isolated(|| {
            calls();
            std::thread::spawn(calls).join().expect("no assertion fails");
            calls();
            inside();
        }),
    }
    print!("ran");
    for (count, name) in RAN.iter().zip(1..) {
        if count.load(Relaxed) == 1 {
            print!(" {name}");
        }
    }
    println!();
    assert!(RAN.iter().all(|count| count.load(Relaxed) <= 1), "a body ran again");
}
