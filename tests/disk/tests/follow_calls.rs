//! What is served after the code was changed: a crate is built, run, changed, built and run again.

use cache_disk_tests::scratch::Scratch;

const MAIN: &str = r#"
mod helpers;
#[path = "../other place/far.rs"]
mod far;

use cache_runtime::{cache_data, trace};
use helpers::scaled as renamed;

#[cache_data(persist = "disk")]
fn reaches(x: u64) -> u64 {
    renamed(x) + far::away(x)
}

#[cache_data(persist = "disk", follow_calls = false)]
fn stays(x: u64) -> u64 {
    renamed(x)
}

fn unrelated() -> &'static str {
    "unrelated"
}

fn main() {
    let ((), calls) = trace(|| { reaches(1); stays(1); });
    println!("{:?} {:?} {}", calls[0].outcome, calls[1].outcome, unrelated());
}
"#;

const HELPERS: &str = r"
// How much.
const FACTOR: u64 = 3;

struct Scale {
    by: u64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { by: FACTOR }
    }
}

#[allow(dead_code)]
pub fn scaled(x: u64) -> u64 {
    deeper(x, &Scale::default())
}

fn deeper(x: u64, scale: &Scale) -> u64 {
    x * scale.by
}

#[allow(dead_code)]
pub fn other(x: u64) -> u64 {
    x
}
";

const FAR: &str = "pub fn away(x: u64) -> u64 {\n    x + 100\n}\n";

/// Were the two calls answered by what was kept?
#[track_caller]
fn hits(scratch: &Scratch) -> [bool; 2] {
    let [said, _] = scratch.run(&[]);
    let outcomes: Vec<_> = said.split_whitespace().map(|outcome| outcome == "Hit").collect();
    [outcomes[0], outcomes[1]]
}

/// The same with this change and when it is undone.
#[track_caller]
fn hits_with(scratch: &Scratch, file: &str, text: &str, from: &str, to: &str) -> [[bool; 2]; 2] {
    assert!(text.contains(from));
    scratch.write(file, &text.replace(from, to));
    let changed = hits(scratch);
    scratch.write(file, text);
    [changed, hits(scratch)]
}

#[test]
fn what_a_body_reaches_by_name_is_followed_and_undone_changes_are_served_again() {
    let scratch =
        Scratch::new("calls", &[("src/main.rs", MAIN), ("src/helpers.rs", HELPERS), ("other place/far.rs", FAR)]);
    assert_eq!(hits(&scratch), [false, false]);
    assert_eq!(hits(&scratch), [true, true]);
    let runs_again = [[false, true], [true, true]];
    let stays = [[true, true]; 2];
    let helpers = |from, to| hits_with(&scratch, "src/helpers.rs", HELPERS, from, to);
    assert_eq!(helpers("x * scale.by", "x * scale.by + 1"), runs_again, "a function two calls away");
    assert_eq!(helpers("FACTOR: u64 = 3", "FACTOR: u64 = 4"), runs_again, "a constant");
    assert_eq!(helpers("struct Scale {", "#[repr(C)]\nstruct Scale {"), runs_again, "a struct");
    assert_eq!(helpers("Self { by: FACTOR }", "Self { by: 2 * FACTOR }"), runs_again, "the impl of a trait");
    assert_eq!(helpers("// How much.", "// How very much."), stays, "a comment");
    assert_eq!(hits_with(&scratch, "other place/far.rs", FAR, "x + 100", "x + 101"), runs_again, "another folder");
    assert_eq!(
        hits_with(&scratch, "src/main.rs", MAIN, "\"unrelated\"", "\"of no account\""),
        stays,
        "what is not reached"
    );
    let renamed = hits_with(&scratch, "src/main.rs", MAIN, "helpers::scaled as renamed", "helpers::other as renamed");
    assert_eq!(renamed, runs_again);
}
