//! One of several processes that call, clear, insert and refresh at random, and write down since when nothing older may
//! be served.
//!
//! A value is the time at which its body began. Whoever has cleared, inserted or refreshed writes down, once that has
//! returned, when it began: what is served from disk in a call that begins later must not be older. An inserted value is
//! as old as the end of its insertion, which its writer writes down too. Arguments: the file of these times, the number
//! of the process, how much to do, and a seed.

#![expect(clippy::print_stdout, reason = "a program that tells what it did")]

use std::env;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cache_disk_tests::shadow::{KEYS, TIMES, WRITERS, threads_of};
use cache_runtime::{CACHE_DATA, Outcome, cache_data, refresh, trace};

/// In nanoseconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later");
    u64::try_from(since.as_nanos()).expect("it is not that late")
}

/// When it began, and who inserted it, if anybody.
type Made = (u64, Option<u64>);

fn body(seed: u64) -> Made {
    let begun = now();
    if seed.is_multiple_of(8) {
        thread::sleep(Duration::from_micros(300));
    }
    (begun, None)
}

// Nothing is shared in memory, so that all that is served comes from disk.

#[cache_data(persist = "disk", memory = false, single_flight = false, tags("even"))]
fn even(key: u64) -> Made {
    body(now() / 100 + key)
}

#[cache_data(persist = "disk", memory = false, single_flight = false, tags("odd", "both"))]
fn odd(key: u64) -> Made {
    body(now() / 100 + key)
}

struct Writer {
    times: File,
    number: u64,
    random: u64,
    hits: u64,
}

impl Writer {
    fn random(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }

    /// What each writer wrote down about a key: since when nothing older may be served; when its last insertion began;
    /// when it had ended.
    fn times(&self, key: u64) -> Vec<[u64; 3]> {
        let mut times = vec![0; usize::try_from(WRITERS * TIMES * 8).expect("it is small")];
        self.times.read_exact_at(&mut times, key * WRITERS * TIMES * 8).expect("it is there");
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        let of_writer = |bytes: &[u8]| [number(&bytes[..8]), number(&bytes[8..16]), number(&bytes[16..])];
        times.chunks_exact(24).map(of_writer).collect()
    }

    fn write(&self, key: u64, which: u64, time: u64) {
        let at = ((key * WRITERS + self.number) * TIMES + which) * 8;
        self.times.write_all_at(&time.to_le_bytes(), at).expect("there is room");
    }

    fn raise(&self, keys: impl Iterator<Item = u64>, begun: u64) {
        for key in keys {
            self.write(key, 0, begun);
        }
    }

    fn insert(&self, key: u64, begun: u64) {
        let made = (begun, Some(self.number));
        let entry = if key.is_multiple_of(2) { EVEN.entry(key) } else { ODD.entry(key) };
        entry.insert(made);
        let ended = now();
        self.write(key, 2, ended);
        self.write(key, 1, begun);
    }

    fn call(&mut self, key: u64) {
        let times = self.times(key);
        let floor = times.iter().map(|[floor, ..]| *floor).max().unwrap_or_default();
        let ((begun, inserted_by), calls) = trace(|| if key.is_multiple_of(2) { even(key) } else { odd(key) });
        if calls[0].outcome != Outcome::Hit {
            return;
        }
        self.hits += 1;
        let age = match inserted_by.and_then(|writer| usize::try_from(writer).ok()).map(|writer| times[writer]) {
            Some([_, last, ended]) if last == begun => ended,
            // It had not returned when this call began, or somebody was killed before it could say so.
            Some([_, last, _]) if last < begun => u64::MAX,
            _ => begun,
        };
        if age < floor {
            println!("WRONG: {key} was served as of {age}, {} ns too old", floor - age);
        }
    }

    fn step(&mut self) {
        let key = self.random(KEYS);
        let choice = self.random(1_000);
        let begun = now();
        let is_even = key.is_multiple_of(2);
        let of_function = (key % 2..KEYS).step_by(2);
        match choice {
            0..2 => CACHE_DATA.clear(),
            2..5 if is_even => EVEN.clear(),
            2..5 => ODD.clear(),
            5..8 => CACHE_DATA.clear_tag(if is_even { "even" } else { "both" }),
            8..20 if is_even => EVEN.entry(key).clear(),
            8..20 => ODD.entry(key).clear(),
            20..30 => self.insert(key, begun),
            30..40 => {
                refresh(|| if is_even { even(key) } else { odd(key) });
            }
            _ => return self.call(key),
        }
        match choice {
            0..2 => self.raise(0..KEYS, begun),
            2..8 => self.raise(of_function, begun),
            _ => self.raise([key].into_iter(), begun),
        }
    }
}

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let number = |at: usize| arguments[at].parse::<u64>().expect("a number");
    let (process, steps, seed) = (number(1), number(2), number(3));
    let threads: Vec<_> = threads_of(process)
        .map(|writer| {
            let times = OpenOptions::new().read(true).write(true).open(&arguments[0]).expect("it is there");
            thread::spawn(move || {
                let mut writer = Writer { times, number: writer, random: seed ^ writer << 40, hits: 0 };
                for step in 1..=steps {
                    writer.step();
                    if step.is_multiple_of(100) || step == steps {
                        println!("{} {}", step - (step - 1) / 100 * 100, std::mem::take(&mut writer.hits));
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("it does not panic");
    }
}
