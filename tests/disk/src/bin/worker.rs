//! A process that calls persistent functions, and tells which bodies ran and whether any value was wrong.
//!
//! Its argument says what it does; the folder is `CACHE_RUNTIME_DIR`.

#![expect(clippy::print_stdout, reason = "a program that tells what it did")]

use std::env;
use std::io::{Read as _, Write as _, stdin, stdout};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use cache_runtime::{CACHE_DATA, Input, Session, cache_data, persistence, trace};
use serde::{Deserialize, Serialize};

static RAN: AtomicUsize = AtomicUsize::new(0);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    number: u64,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Kind {
    Number(f64),
    Text { text: String },
}

fn record_of(number: u64) -> Record {
    let kind = if number.is_multiple_of(2) { Kind::Number(0.5) } else { Kind::Text { text: "odd".to_owned() } };
    let note = number.is_multiple_of(3).then(|| "three".to_owned());
    Record { number, name: format!("record {number}"), note, kind }
}

fn blob_of(number: u64) -> Vec<u64> {
    (0..10_000).map(|place| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(place)).collect()
}

#[cache_data(persist = "disk", tags("records"))]
fn record(number: u64) -> Result<Record, String> {
    RAN.fetch_add(1, Ordering::Relaxed);
    if number == u64::MAX { Err("no such record".to_owned()) } else { Ok(record_of(number)) }
}

/// Large enough for a file of its own.
#[cache_data(persist = "disk")]
fn blob(number: u64) -> Vec<u64> {
    RAN.fetch_add(1, Ordering::Relaxed);
    blob_of(number)
}

#[cache_data(persist = "disk", ttl = "400ms")]
fn short_lived(number: u64) -> u64 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

#[cache_data(persist = "disk", memory = false)]
fn unremembered(number: u64) -> u64 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

static UNIT: Input<String> = Input::new(|| "mm".to_owned());

#[cache_data(persist = "disk")]
fn with_input(number: u64) -> String {
    RAN.fetch_add(1, Ordering::Relaxed);
    format!("{number} {}", UNIT.get())
}

#[cache_data(persist = "disk")]
async fn in_a_task(number: u64) -> u64 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

#[cache_data(persist = "disk", memory = false)]
async fn large_in_a_task(number: u64) -> Vec<u64> {
    RAN.fetch_add(1, Ordering::Relaxed);
    blob_of(number)
}

#[cache_data(persist = "disk", max_entries = 10)]
fn bounded(number: u64) -> u64 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

/// Two types whose methods differ in nothing but their type.
macro_rules! shelves {
    ($($shelf:ident)*) => {$(
        #[derive(Hash)]
        struct $shelf;

        impl $shelf {
            #[cache_data(persist = "disk")]
            fn price(&self, number: u64) -> u64 {
                RAN.fetch_add(1, Ordering::Relaxed);
                number
            }
        }
    )*};
}

shelves! { Tea Coffee }

fn read(count: u64) {
    let mut wrong = 0;
    for number in 0..count {
        wrong += usize::from(record(number) != Ok(record_of(number)));
        if number.is_multiple_of(10) {
            wrong += usize::from(blob(number) != blob_of(number));
        }
    }
    tell(wrong);
}

fn remove_entry(number: u64) {
    drop(record(number));
    println!("{}", RECORD.entry(number).remove() == Some(record_of(number)));
}

fn tell(wrong: usize) {
    println!("ran {} wrong {wrong}", RAN.swap(0, Ordering::Relaxed));
}

fn number(argument: Option<String>) -> u64 {
    argument.and_then(|number| number.parse().ok()).unwrap_or(30)
}

fn primed_in_a_session() -> usize {
    let wrong = usize::from(with_input(2) != "2 mm");
    Session::new().enter(|| WITH_INPUT.entry(2).insert("for this session".to_owned()));
    wrong
}

fn main() {
    let mut arguments = env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    match command.as_str() {
        "read" => read(number(arguments.next())),
        // Until it is killed.
        "write" => {
            for number in number(arguments.next()).. {
                assert!(record(number).is_ok() && blob(number).len() == 10_000);
                if number.is_multiple_of(7) {
                    RECORD.entry(number / 2).clear();
                }
            }
        }
        // Goes on when it is told to.
        "twice" => {
            read(30);
            stdout().flush().expect("somebody listens");
            drop(stdin().read(&mut [0]));
            read(60);
        }
        "clear" => RECORD.clear(),
        "clear_all" => CACHE_DATA.clear(),
        "clear_tag" => CACHE_DATA.clear_tag("records"),
        "retain" => {
            read(30);
            RECORD.retain(|entry| entry.value().number != 7);
        }
        "remove_entry" => remove_entry(number(arguments.next())),
        "clear_entry" => RECORD.entry(number(arguments.next())).clear(),
        "insert" => BOUNDED.entry(1).insert(number(arguments.next())),
        "fail" => {
            assert!(record(u64::MAX).is_err());
            tell(0);
        }
        "short_lived" => {
            short_lived(1);
            tell(0);
        }
        "bounded" => {
            let wrong = (0..number(arguments.next())).filter(|&number| bounded(number) != number).count();
            persistence().flush();
            tell(wrong);
        }
        "last_of_bounded" => {
            let from = number(arguments.next());
            let (_, calls) = trace(|| (from..from + 10).map(bounded).sum::<u64>());
            println!("{}", calls.iter().filter(|call| call.outcome == cache_runtime::Outcome::Hit).count());
        }
        "outcome" => {
            let (value, calls) = trace(|| record(number(arguments.next())));
            println!("{:?} {}", calls[0].outcome, value.is_ok());
        }
        // Its memory tier has nothing to keep what another process clears.
        "unremembered" => {
            unremembered(1);
            tell(0);
            stdout().flush().expect("somebody listens");
            drop(stdin().read(&mut [0]));
            unremembered(1);
            tell(UNREMEMBERED.len());
        }
        "clear_unremembered" => UNREMEMBERED.clear(),
        "with_input" => {
            let mut wrong = usize::from(with_input(1) != "1 mm");
            UNIT.set("cm".to_owned());
            wrong += usize::from(with_input(1) != "1 cm");
            UNIT.set("mm".to_owned());
            wrong += usize::from(with_input(1) != "1 mm");
            tell(wrong);
        }
        "primed_in_a_session" => tell(primed_in_a_session()),
        "task" => {
            let mut task = pin!(in_a_task(1));
            let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            tell(usize::from(polled != Poll::Ready(1)));
        }
        "blob_outcome" => {
            let (value, calls) = trace(|| blob(20));
            println!("{:?} {}", calls[0].outcome, value == blob_of(20));
        }
        // Written on another thread.
        "large_task" => {
            let mut task = pin!(large_in_a_task(20));
            let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            persistence().flush();
            tell(usize::from(polled != Poll::Ready(blob_of(20))));
        }
        "prices" => {
            let wrong = (0..5).filter(|&number| Tea.price(number) + Coffee.price(number) != 2 * number).count();
            tell(wrong);
        }
        "clear_tea" => Tea::PRICE.clear(),
        "clear_one_tea" => Tea::PRICE.entry(&Tea, 1).clear(),
        "inserted" => println!("{}", bounded(1)),
        other => panic!("no command {other:?}"),
    }
}
