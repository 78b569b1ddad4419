//! A process to which bad things happen: its argument says which part it takes.

#![expect(clippy::print_stdout, reason = "a program that tells what it did")]

use std::env;
use std::fs::{self, File};
use std::io::{Read as _, Write as _, stdin, stdout};
use std::os::unix::process::parent_id;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use cache_runtime::{CACHE_DATA, cache_data, persistence, refresh, trace};
use serde::{Deserialize, Serialize};

static RAN: AtomicU64 = AtomicU64::new(0);

/// Its result is that of the process, and it waits for a word if it is to.
#[cache_data(persist = "disk", memory = false, tags("slow"))]
fn slow() -> u64 {
    if env::var_os("WAITS").is_some() {
        pause("running");
    }
    number_of("RESULT")
}

#[cache_data(persist = "disk", memory = false)]
fn plain(number: u64) -> u64 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

#[cache_data(persist = "disk", memory = false, time_to_idle = "300ms")]
fn idle(number: u64) -> u64 {
    RAN.fetch_add(1, Ordering::Relaxed);
    number
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Unfit {
    Wide(i128),
}

/// What serde itself cannot read back.
#[cache_data(persist = "disk", memory = false)]
fn unfit(number: u64) -> Unfit {
    RAN.fetch_add(1, Ordering::Relaxed);
    Unfit::Wide(number.into())
}

#[derive(Clone, Serialize, Deserialize)]
struct Deep(Option<Box<Self>>);

#[cache_data(persist = "disk", memory = false)]
fn deep(length: u64) -> Deep {
    RAN.fetch_add(1, Ordering::Relaxed);
    (1..length).fold(Deep(None), |deep, _| Deep(Some(Box::new(deep))))
}

fn number_of(variable: &str) -> u64 {
    env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn pause(what: &str) {
    println!("{what}");
    stdout().flush().expect("somebody listens");
    drop(stdin().read(&mut [0]));
}

fn plain_calls(numbers: impl Iterator<Item = u64>) -> String {
    let wrong = numbers.filter(|&number| plain(number) != number).count();
    format!("ran {} wrong {wrong}", RAN.swap(0, Ordering::Relaxed))
}

/// The child goes on when its parent has ended.
#[expect(unsafe_code, reason = "to fork is to promise that there are no other threads")]
fn fork(result: &Path) {
    assert_eq!(plain_calls(0..10), "ran 10 wrong 0");
    persistence().flush();
    let parent = std::process::id();
    // SAFETY: this is the only thread that does anything.
    if unsafe { libc::fork() } != 0 {
        return;
    }
    while parent_id() == parent {
        sleep(Duration::from_millis(1));
    }
    let mut said = plain_calls(0..20);
    PLAIN.clear();
    said += ", ";
    said += &plain_calls(0..20);
    let new = result.with_extension("new");
    fs::write(&new, said).expect("there is room");
    fs::rename(new, result).expect("there is room");
}

/// With as many open files as there may be.
fn without_descriptors() {
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    let said = plain_calls(0..10);
    drop(files);
    println!("{said}");
}

fn main() {
    let mut arguments = env::args().skip(1);
    let part = arguments.next().unwrap_or_default();
    match part.as_str() {
        "slow" => println!("{}", slow()),
        "slow_outcome" => {
            let (value, calls) = trace(slow);
            println!("{value} {:?}", calls[0].outcome);
        }
        "slow_refreshed" => println!("{}", refresh(slow)),
        "insert_slow" => SLOW.entry().insert(number_of("RESULT")),
        "clear_slow" => SLOW.clear(),
        "clear_slow_entry" => SLOW.entry().clear(),
        "clear_tag" => CACHE_DATA.clear_tag("slow"),
        "clear_all" => CACHE_DATA.clear(),
        "plain" => println!("{}", plain_calls(0..10)),
        "plain_twice" => {
            println!("{}", plain_calls(0..10));
            pause("between");
            println!("{}", plain_calls(0..10));
        }
        "clear_between" => {
            println!("{}", plain_calls(0..10));
            PLAIN.clear();
            println!("{}", plain_calls(0..10));
            pause("cleared");
            println!("{}", plain_calls(0..10));
        }
        "clear_when_away" => {
            println!("{}", plain_calls(0..10));
            pause("before");
            PLAIN.clear();
            pause("cleared");
            println!("{}", plain_calls(0..10));
        }
        "clear_plain" => PLAIN.clear(),
        "chdir" => {
            println!("{}", plain_calls(0..5));
            env::set_current_dir("/").expect("it is there");
            println!("{}", plain_calls(0..10));
        }
        "fork" => fork(Path::new(&arguments.next().expect("a file"))),
        "without_descriptors" => without_descriptors(),
        "idle" => {
            idle(1);
            println!("ran {}", RAN.load(Ordering::Relaxed));
        }
        "unfit" => {
            let wrong = (0..3).filter(|&number| unfit(number) != Unfit::Wide(number.into())).count();
            let unkept = UNFIT.stats().not_persisted;
            println!("ran {} wrong {wrong} unkept {unkept}", RAN.load(Ordering::Relaxed));
        }
        "deep" => {
            for length in [60, 505] {
                drop(deep(length));
            }
            println!("ran {} unkept {}", RAN.load(Ordering::Relaxed), DEEP.stats().not_persisted);
        }
        "status" => {
            let disk = persistence();
            let folder = disk.folder().map(Path::to_owned).unwrap_or_default();
            println!("{} {} {}", folder.display(), disk.works(), disk.size() > 0);
            println!("{}", disk.problem().unwrap_or_default());
        }
        other => panic!("no part {other:?}"),
    }
}
