//! What is served after the code was changed: a crate is built, run, changed, built and run again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cache_disk_tests::Folder;

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

struct Scratch {
    folder: Folder,
    cache: Folder,
    target: PathBuf,
}

impl Scratch {
    fn new() -> Self {
        let (folder, cache) = (Folder::new(), Folder::new());
        let disk_tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let workspace = disk_tests.join("../..").canonicalize().expect("it is there");
        let runtime = workspace.join("cache-runtime");
        let manifest = format!(
            "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             cache-runtime = {{ path = \"{}\", features = [\"disk\"] }}\n",
            runtime.display()
        );
        let scratch = Self { folder, cache, target: workspace.join("target/follow-calls") };
        scratch.write("Cargo.toml", &manifest);
        fs::copy(workspace.join("Cargo.lock"), scratch.path("Cargo.lock")).expect("there is room");
        scratch.write("src/main.rs", MAIN);
        scratch.write("src/helpers.rs", HELPERS);
        scratch.write("other place/far.rs", FAR);
        scratch
    }

    /// With a space in it, as paths may have.
    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("a crate").join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }

    /// Were the two calls answered by what was kept?
    #[track_caller]
    fn hits(&self) -> [bool; 2] {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet"]).current_dir(self.path("")).env("CARGO_TARGET_DIR", &self.target);
        cargo.env("CACHE_RUNTIME_DIR", self.cache.path());
        let output = cargo.output().expect("cargo can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let outcomes: Vec<_> = said.split_whitespace().map(|outcome| outcome == "Hit").collect();
        [outcomes[0], outcomes[1]]
    }

    /// With this change and when it is undone.
    #[track_caller]
    fn hits_with(&self, file: &str, text: &str, from: &str, to: &str) -> [[bool; 2]; 2] {
        assert!(text.contains(from));
        self.write(file, &text.replace(from, to));
        let changed = self.hits();
        self.write(file, text);
        [changed, self.hits()]
    }
}

#[test]
fn what_a_body_reaches_by_name_is_followed_and_undone_changes_are_served_again() {
    let scratch = Scratch::new();
    assert_eq!(scratch.hits(), [false, false]);
    assert_eq!(scratch.hits(), [true, true]);
    let runs_again = [[false, true], [true, true]];
    let stays = [[true, true]; 2];
    let helpers = |from, to| scratch.hits_with("src/helpers.rs", HELPERS, from, to);
    assert_eq!(helpers("x * scale.by", "x * scale.by + 1"), runs_again, "a function two calls away");
    assert_eq!(helpers("FACTOR: u64 = 3", "FACTOR: u64 = 4"), runs_again, "a constant");
    assert_eq!(helpers("struct Scale {", "#[repr(C)]\nstruct Scale {"), runs_again, "a struct");
    assert_eq!(helpers("Self { by: FACTOR }", "Self { by: 2 * FACTOR }"), runs_again, "the impl of a trait");
    assert_eq!(helpers("// How much.", "// How very much."), stays, "a comment");
    assert_eq!(scratch.hits_with("other place/far.rs", FAR, "x + 100", "x + 101"), runs_again, "another folder");
    assert_eq!(
        scratch.hits_with("src/main.rs", MAIN, "\"unrelated\"", "\"of no account\""),
        stays,
        "what is not reached"
    );
    let renamed = scratch.hits_with("src/main.rs", MAIN, "helpers::scaled as renamed", "helpers::other as renamed");
    assert_eq!(renamed, runs_again);
}
