//! What is published stands by itself.

use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What links and pictures of a page lead to.
fn targets(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).map(|rest| rest.split([')', ' ']).next().unwrap_or_default())
}

#[test]
fn pages_link_to_nothing_that_is_not_published_with_them() {
    for path in ["README.md", "cache-macros/src/attribute.md"] {
        let page = read(path);
        for target in targets(&page) {
            assert!(target.starts_with("https://") || target.starts_with('#'), "{path} links to {target}");
        }
    }
}

#[test]
fn packages_have_the_readme_and_the_licences() {
    for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        for package in ["cache-macros", "cache-runtime"] {
            // They are symbolic links, which a checkout may not have made.
            assert!(read(&format!("{package}/{file}")) == read(file), "{package}/{file} is not {file}");
        }
    }
}
