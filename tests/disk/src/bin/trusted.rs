//! Calls functions whose results depend on what no key knows, and says what became of the calls.
#![expect(clippy::print_stdout, reason = "that is how it answers")]

use std::env;
use std::sync::OnceLock;

use cache_runtime::{Config, cache_data, configure, trace, verify};

/// A part of the program that comes from another crate: its source is not followed, and it may be of another version
/// when the program runs the next time.
static LINKED: OnceLock<fn(u32) -> u32> = OnceLock::new();

#[cache_data(persist = "disk")]
fn of_linked(x: u32) -> u32 {
    LINKED.get().map_or(0, |linked| linked(x))
}

#[cache_data(persist = "disk", memory = false)]
fn of_variable(_x: u32) -> Option<String> {
    env::var("TRUSTED").ok()
}

#[cache_data]
fn square(x: u32) -> u32 {
    x * x
}

fn main() {
    let argument = env::args().nth(1).unwrap_or_default();
    LINKED.get_or_init(|| if argument.contains("new") { |x| x + 2 } else { |x| x + 1 });
    if argument.contains("off") {
        configure(Config::new().off()).expect("nothing was called yet");
    }
    let calls = || (of_linked(1), of_variable(1), square(2), square(2));
    if argument.contains("verify") {
        let (_, verification) = verify(calls);
        for mismatch in &verification.mismatches {
            let (kept, now) = (mismatch.kept.as_deref(), mismatch.now.as_deref());
            println!("{} {kept:?} {now:?}", mismatch.function);
        }
    } else {
        let (values, calls) = trace(calls);
        println!("{values:?}");
        for call in calls {
            println!("{:?}", call.outcome);
        }
    }
    if argument.contains("late") {
        println!("{}", configure(Config::new().off()).is_err());
    }
}
