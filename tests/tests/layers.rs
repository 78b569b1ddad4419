//! The sources are layers: in each crate a file uses only what its `lib.rs` lists before it, no files use each other in
//! a circle, and none is so long that it must be about more than one thing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// In lines, with comments and tests.
const LONGEST: usize = 450;

/// Longer files, each with the reason.
const LONGER: [(&str, &str); 0] = [];

/// The sources of a crate, by the paths of their modules.
struct Crate {
    sources: BTreeMap<String, String>,
    /// From the bottom.
    layers: Vec<String>,
}

/// A module and one that it names.
type Use = (String, String);

impl Crate {
    fn read(name: &str) -> Self {
        let folder = folder(name);
        let mut sources = BTreeMap::new();
        for file in files(&folder) {
            let path = file.strip_prefix(&folder).expect("it was found there").with_extension("");
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let module = parts.join("::");
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            sources.insert(module.trim_end_matches("::mod").to_owned(), code(&text));
        }
        let root = sources.remove("lib").expect("a crate has a root");
        let listed = root.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned));
        let layers: Vec<_> = listed.collect();
        // What is not listed there is for tests.
        sources.retain(|module, _| layers.iter().any(|layer| module.split("::").next() == Some(layer)));
        Self { sources, layers }
    }

    /// From `use` and from paths in the code. What a folder's `mod.rs` re-exports counts as that of the file.
    fn uses(&self) -> BTreeSet<Use> {
        let mut uses = BTreeSet::new();
        for (module, source) in &self.sources {
            let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
            for (root, outer) in [("crate::", String::new()), ("super::", format!("{parent}::"))] {
                for (at, _) in source.match_indices(root) {
                    let paths = paths(&source[at + root.len()..]);
                    uses.extend(
                        paths.iter().filter_map(|path| Some((module.clone(), self.module(&format!("{outer}{path}"))?))),
                    );
                }
            }
        }
        uses.retain(|(user, used)| user != used);
        uses
    }

    /// That which a path leads to or into.
    fn module(&self, path: &str) -> Option<String> {
        let mut path = path.trim_start_matches("::");
        loop {
            if self.sources.contains_key(path) {
                return Some(path.to_owned());
            }
            path = path.rsplit_once("::")?.0;
        }
    }

    fn layer(&self, module: &str) -> usize {
        let folder = module.split("::").next().unwrap_or(module);
        let place = self.layers.iter().position(|layer| layer == folder);
        place.unwrap_or_else(|| panic!("`lib.rs` does not list `{folder}`"))
    }

    fn upward(&self) -> Vec<String> {
        let is_upward = |(user, used): &Use| self.layer(user) < self.layer(used);
        let folder = |module: &str| self.layers[self.layer(module)].clone();
        let message = |(user, used): Use| {
            let (low, high) = (folder(&user), folder(&used));
            format!(
                "`{user}` uses `{used}`, but `{low}` lies below `{high}`: the arrow goes from `{high}` to `{low}`, so move \
                 what is needed down, or hand it in from above"
            )
        };
        self.uses().into_iter().filter(is_upward).map(message).collect()
    }

    /// A circle of files, if there is one.
    fn circle(&self) -> Option<Vec<String>> {
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (user, used) in self.uses() {
            users.entry(user).or_default().insert(used);
        }
        // What uses nothing that is left is in no circle.
        while let Some(leaf) = users
            .iter()
            .find(|(_, used)| used.iter().all(|used| !users.contains_key(used)))
            .map(|(user, _)| user.clone())
        {
            users.remove(&leaf);
        }
        let mut way = vec![users.keys().next()?.clone()];
        loop {
            let last = way.last()?;
            let next = users[last].iter().find(|used| users.contains_key(*used))?.clone();
            if let Some(start) = way.iter().position(|module| *module == next) {
                return Some(way.split_off(start));
            }
            way.push(next);
        }
    }

    fn with(mut self, module: &str, line: &str) -> Self {
        self.sources.get_mut(module).expect("it is there").push_str(line);
        self
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src")
}

/// The complaints about these lengths.
fn too_long(lengths: &[(String, usize)]) -> Vec<String> {
    let is_allowed = |file: &str| LONGER.iter().any(|(longer, _)| *longer == file);
    let too_long = lengths.iter().filter(|(file, length)| *length > LONGEST && !is_allowed(file));
    let message = |(file, length): &(String, usize)| {
        format!(
            "`{file}` has {length} lines, {LONGEST} are the most: split it by what it does, or give a reason in `LONGER`"
        )
    };
    too_long.map(message).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").path()) {
        if entry.is_dir() {
            files.extend(self::files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
    files
}

/// Without comments, and without the tests at the end, which may look wherever they like.
fn code(text: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let until_tests = text.find("\n#[cfg(all(test, ").or_else(|| text.find("\n#[cfg(test)]\nmod tests"));
    text[..until_tests.unwrap_or(text.len())].lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The paths that begin here: one, or those in braces.
fn paths(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    let Some(braced) = rest.strip_prefix('{') else { return vec![path.to_owned()] };
    let mut depth = 1;
    let end = braced.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    let mut parts = vec![String::new()];
    for c in braced[..end.unwrap_or(braced.len())].chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().flat_map(|part| paths(part.trim())).map(|part| format!("{path}{part}")).collect()
}

#[test]
fn what_lies_below_uses_nothing_above_it() {
    for name in ["cache-runtime", "cache-macros"] {
        let upward = Crate::read(name).upward();
        assert!(upward.is_empty(), "{name}:\n{}", upward.join("\n"));
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for name in ["cache-runtime", "cache-macros"] {
        assert_eq!(Crate::read(name).circle(), None, "{name}");
    }
}

#[test]
fn no_file_is_longer_than_one_subject_takes() {
    let mut lengths = Vec::new();
    for name in ["cache-runtime", "cache-macros"] {
        let folder = folder(name);
        for file in files(&folder) {
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let file = file.strip_prefix(&folder).expect("it was found there").to_string_lossy().replace('\\', "/");
            lengths.push((format!("{name}/src/{file}"), text.lines().count()));
        }
    }
    let complaints = too_long(&lengths);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    for (file, _) in LONGER {
        let is_longer = lengths.iter().any(|(other, length)| other == file && *length > LONGEST);
        assert!(is_longer, "`{file}` needs no place in `LONGER`");
    }
    assert_eq!(too_long(&[("a.rs".to_owned(), LONGEST), ("b.rs".to_owned(), LONGEST + 1)]).len(), 1);
}

#[test]
fn an_upward_use_and_a_circle_would_be_found() {
    let runtime = || Crate::read("cache-runtime");
    let upward = runtime().with("sys::moment", "use crate::{key::Key, store::{index::Index, options}};").upward();
    assert_eq!(upward.len(), 3);
    assert!(upward[1].contains("`sys::moment` uses `store::index`, but `sys` lies below `store`"), "{}", upward[1]);
    let circle = runtime().with("store::index", "use super::entries::Store;").circle();
    assert!(circle.is_some_and(|circle| circle.contains(&"store::index".to_owned())));
}
