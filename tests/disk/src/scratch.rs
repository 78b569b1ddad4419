//! A crate that is built, run, changed, built and run again, with one folder for what it persists.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Folder;

/// A crate whose only dependency is the runtime.
pub struct Scratch {
    folder: Folder,
    cache: Folder,
    target: PathBuf,
}

impl Scratch {
    /// A crate of this name, which no other has, and these files, of which one is `src/main.rs`.
    ///
    /// # Panics
    /// Panics if it cannot be written.
    #[must_use]
    pub fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let (folder, cache) = (Folder::new(), Folder::new());
        let disk_tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let workspace = disk_tests.join("../..").canonicalize().expect("it is there");
        let runtime = workspace.join("cache-runtime");
        let manifest = format!(
            "[package]\nname = \"scratch-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[features]\nfast = []\n\
             slow = []\n[dependencies]\ncache-runtime = {{ path = \"{}\", features = [\"disk\"] }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n",
            runtime.display()
        );
        let scratch = Self { folder, cache, target: workspace.join("target/follow-calls") };
        scratch.write("Cargo.toml", &manifest);
        fs::copy(workspace.join("Cargo.lock"), scratch.path("Cargo.lock")).expect("there is room");
        for (file, text) in files {
            scratch.write(file, text);
        }
        scratch
    }

    /// With a space in it, as paths may have.
    #[must_use]
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("a crate").join(file)
    }

    /// Writes one of its files anew.
    ///
    /// # Panics
    /// Panics if it cannot be written.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }

    /// What it says to its output and to its errors, built with these flags.
    ///
    /// # Panics
    /// Panics if it cannot be built or does not end well.
    #[track_caller]
    #[must_use]
    pub fn run(&self, flags: &[&str]) -> [String; 2] {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["run", "--quiet"]).args(flags).current_dir(self.path(""));
        cargo.env("CARGO_TARGET_DIR", &self.target).env("CACHE_RUNTIME_DIR", self.cache.path());
        let output = cargo.output().expect("cargo can be run");
        let [said, complained] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert!(output.status.success(), "{complained}");
        [said, complained]
    }
}
