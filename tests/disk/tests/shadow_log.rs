//! Eight processes of two threads each call, clear, insert and refresh at random, are stopped and killed, and nothing is
//! served from disk that is older than a clear, an insert or a refresh that had returned.
//!
//! `SHADOW_LOG=1000000 cargo test --release -p cache-disk-tests --test shadow_log` does more of it.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use cache_disk_tests::Folder;
use cache_disk_tests::shadow::{KEYS, PROCESSES, TIMES, WRITERS};

const WORKER: &str = env!("CARGO_BIN_EXE_shadow");
/// How many calls there are by default.
const STEPS: u64 = 40_000;
/// How much a thread does before its process is another.
const STEPS_OF_A_LIFE: u64 = 1_000;

#[derive(Default)]
struct Log {
    steps: AtomicU64,
    hits: AtomicU64,
    lives: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

impl Log {
    /// Until it ends or is killed.
    fn listen(&self, child: &mut Child) {
        for line in BufReader::new(child.stdout.take().expect("it tells")).lines().map_while(Result::ok) {
            match line.split_once(' ').map(|(steps, hits)| (steps.parse::<u64>(), hits.parse::<u64>())) {
                Some((Ok(steps), Ok(hits))) => {
                    self.steps.fetch_add(steps, Ordering::Relaxed);
                    self.hits.fetch_add(hits, Ordering::Relaxed);
                }
                _ => self.wrong.lock().expect("nobody panics with it").push(line),
            }
        }
        self.lives.fetch_add(1, Ordering::Relaxed);
    }
}

fn signal(child: u32, name: &str) {
    // It may have ended by itself.
    drop(Command::new("kill").args(["-s", name, &child.to_string()]).stderr(Stdio::null()).status());
}

/// Stops some lives for a while, and ends others.
fn disturb(child: u32, chance: u64) {
    let after = Duration::from_millis(chance % 97);
    match chance % 3 {
        0 => {
            thread::sleep(after);
            signal(child, "KILL");
        }
        1 => {
            for _ in 0..4 {
                thread::sleep(after / 2);
                signal(child, "STOP");
                thread::sleep(after / 3);
                signal(child, "CONT");
            }
        }
        _ => {}
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "for who asks for more of it")]
fn nothing_is_served_that_is_older_than_a_clear_an_insert_or_a_refresh_that_returned() {
    let wanted = env::var("SHADOW_LOG").ok().and_then(|steps| steps.parse().ok()).unwrap_or(STEPS);
    let folder = Folder::new();
    let floors = folder.path().join("floors");
    fs::write(&floors, vec![0; usize::try_from(KEYS * WRITERS * TIMES * 8).expect("it is small")])
        .expect("there is room");
    let log = Log::default();
    thread::scope(|scope| {
        for process in 0..PROCESSES {
            let (folder, floors, log) = (&folder, &floors, &log);
            scope.spawn(move || {
                let mut chance = process + 1;
                while log.steps.load(Ordering::Relaxed) < wanted {
                    chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let arguments = [&process, &STEPS_OF_A_LIFE, &(chance >> 20)].map(u64::to_string);
                    let mut command = folder.worker(WORKER, &[&*floors.to_string_lossy()]);
                    let mut child = command.args(arguments).spawn().expect("it can be run");
                    let id = child.id();
                    thread::scope(|scope| {
                        scope.spawn(|| log.listen(&mut child));
                        disturb(id, chance >> 33);
                    });
                    child.wait().expect("it ends");
                }
            });
        }
    });
    let [steps, hits, lives] = [&log.steps, &log.hits, &log.lives].map(|count| count.load(Ordering::Relaxed));
    let wrong = log.wrong.into_inner().expect("nobody panicked with it");
    eprintln!("{steps} steps in {lives} lives, of which {hits} hits");
    assert!(wrong.is_empty(), "{} of {hits}: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    assert!(hits > steps / 10, "{hits} hits of {steps} steps say little");
}
