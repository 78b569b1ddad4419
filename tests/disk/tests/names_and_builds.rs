//! What tells values on disk apart: names, never places in the source; and the build that made them.

use cache_disk_tests::scratch::Scratch;

/// Two types of one name, each with a method of the same tokens.
const TYPES: &str = r#"
use cache_runtime::cache_data;

mod metric { pub struct Unit; }
mod imperial { pub struct Unit; }

trait Length { const MILLIMETRES: u64; }
impl Length for metric::Unit { const MILLIMETRES: u64 = 1000; }
impl Length for imperial::Unit { const MILLIMETRES: u64 = 914; }

// HERE
impl metric::Unit {
    #[cache_data(persist = "disk", in_impl)]
    fn length() -> u64 { Self::MILLIMETRES }
}
impl imperial::Unit {
    #[cache_data(persist = "disk", in_impl)]
    fn length() -> u64 { Self::MILLIMETRES }
}

fn main() {
    println!("{} {}", metric::Unit::length(), imperial::Unit::length());
}
"#;

#[test]
fn a_value_is_that_of_its_type_wherever_its_impl_stands() {
    let scratch = Scratch::new("types", &[("src/main.rs", TYPES)]);
    assert_eq!(scratch.run(&[])[0].trim(), "1000 914");
    let moved = TYPES.replace("// HERE", "pub struct Other;\nimpl Other { pub fn other() {} }\n");
    scratch.write("src/main.rs", &moved);
    assert_eq!(scratch.run(&[])[0].trim(), "1000 914", "with an `impl` above");
    let first = TYPES.find("impl metric::Unit {").expect("it is there");
    let second = TYPES.find("impl imperial::Unit {").expect("it is there");
    let end = TYPES.find("fn main").expect("it is there");
    let swapped = [&TYPES[..first], &TYPES[second..end], &TYPES[first..second], &TYPES[end..]].concat();
    scratch.write("src/main.rs", &swapped);
    assert_eq!(scratch.run(&[])[0].trim(), "1000 914", "the other way round");
}

/// Instances of generic functions, by a type that has a name and by some that have none.
const INSTANCES: &str = r#"
use cache_runtime::{Outcome, cache_data, trace};

#[cache_data(persist = "disk", skip(f))]
fn applied(f: impl Fn(u64) -> u64, x: u64) -> u64 { f(x) }

#[cache_data(persist = "disk")]
fn named<T: Default + Into<u64>>(x: u64) -> u64 { T::default().into() + x }

struct Holder<F>(F);

impl<F: Fn() -> u64> Holder<F> {
    #[cache_data(persist = "disk", skip(self))]
    fn held(&self) -> u64 { (self.0)() }
}

fn twice(x: u64) -> u64 { 2 * x }

fn main() {
    let (values, calls) = trace(|| {
        let one = [applied(|x| x + 10, 1), applied(|x| x + 20, 1), applied(twice, 1)];
        let two = [Holder(|| 5).held(), Holder(|| 6).held(), named::<u8>(1), named::<u16>(2)];
        [one.as_slice(), &two].concat()
    });
    let hits = calls.iter().filter(|call| call.outcome == Outcome::Hit).count();
    println!("{values:?} {hits}");
}
"#;

#[test]
fn what_has_no_name_of_its_own_is_not_persisted_and_that_is_told_once() {
    let scratch = Scratch::new("instances", &[("src/main.rs", INSTANCES)]);
    let [first, _] = scratch.run(&[]);
    assert_eq!(first.trim(), "[11, 21, 2, 5, 6, 1, 2] 0");
    let changed = INSTANCES.replace("x + 10", "x + 30").replace("|| 5", "|| 7").replace("2 * x", "3 * x");
    scratch.write("src/main.rs", &changed);
    let [second, told] = scratch.run(&[]);
    assert_eq!(second.trim(), "[31, 21, 3, 7, 6, 1, 2] 2", "those of types that have names are served");
    assert_eq!(told.matches("is not persisted").count(), 2, "once for each function: {told}");
}

/// What the build decides, and what it does not.
const BUILDS: &str = r#"
#![deny(warnings)]
use cache_runtime::{Outcome, cache_data, trace};

#[cache_data(persist = "disk")]
fn asks() -> u64 { factor() }

// Known to nobody, which is allowed here and told nowhere.
#[allow(unexpected_cfgs)]
fn factor() -> u64 { if cfg!(feature = "fast") { 2 } else if cfg!(custom = "x") { 4 } else { 1 } }

#[cache_data(persist = "disk")]
fn asks_nothing() -> u64 { 3 }

fn main() {
    let (values, calls) = trace(|| [asks(), asks_nothing()]);
    println!("{values:?} {:?}", calls.iter().map(|call| call.outcome == Outcome::Hit).collect::<Vec<_>>());
}
"#;

#[test]
fn a_value_is_served_to_builds_of_the_same_kind_alone() {
    let scratch = Scratch::new("builds", &[("src/main.rs", BUILDS)]);
    let run = |flags: &[&str]| scratch.run(flags)[0].trim().to_owned();
    assert_eq!(run(&[]), "[1, 3] [false, false]");
    assert_eq!(run(&["--features", "fast"]), "[2, 3] [false, true]", "a feature that the reached code asks about");
    assert_eq!(run(&["--features", "slow"]), "[1, 3] [true, true]", "one that it does not ask about");
    let without_assertions = ["--config", "profile.dev.package.scratch-builds.debug-assertions=false"];
    assert_eq!(run(&without_assertions), "[1, 3] [false, false]");
    assert_eq!(run(&without_assertions), "[1, 3] [true, true]");
}
