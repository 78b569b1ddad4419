//! How much of its package a function reaches: of edits of one function each, how many are told to it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use syn::visit::Visit as _;

use super::items::Items;
use super::reach::Root;
use super::tests::{Function, Functions, Package};

/// All sources of a package.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("it can be read").flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for path in entries.into_iter().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The places behind the braces at which functions begin.
fn bodies(text: &str) -> Vec<usize> {
    let mut begin = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        begin += line.len();
        let is_function = !line.trim_start().starts_with("//") && line.split("fn ").count() == 2;
        if is_function && line.trim_end().ends_with('{') && line.contains('(') {
            found.push(begin);
        }
    }
    found
}

/// The first quarter and the median of the shares of edits that functions of the sources are told of.
fn shares(package: &str) -> [usize; 2] {
    const EDITS: usize = 12;
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package);
    let mut files = Vec::new();
    sources(&from, &mut files);
    let copy = Package::new(&[]);
    let texts: BTreeMap<String, String> = files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(&from).expect("it is in there").to_string_lossy().into_owned();
            (name, fs::read_to_string(file).expect("it can be read"))
        })
        .collect();
    for (name, text) in &texts {
        copy.write(name, text);
    }
    let mut roots = Vec::new();
    for (name, text) in texts.iter().filter(|(name, _)| name.starts_with("src/")) {
        let mut functions = Functions(Vec::new());
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if let Ok(file) = syn::parse_file(code) {
            functions.visit_file(&file);
        }
        roots.extend(functions.0.into_iter().map(|function| (copy.folder().join(name), function)));
    }
    let fingerprints = || {
        let items = Items::of(copy.folder(), None, &copy.folder().join("src/lib.rs"));
        let reach = |(file, function): &(PathBuf, Function)| {
            items.reached_by(&Root { tokens: &function.telling, name: &function.name, file }).fingerprint
        };
        roots.iter().step_by(3).map(reach).collect::<Vec<_>>()
    };
    let before = fingerprints();
    let edits: Vec<_> =
        texts.iter().flat_map(|(name, text)| bodies(text).into_iter().map(move |place| (name, text, place))).collect();
    let mut told = vec![0_usize; before.len()];
    let step = edits.len().div_ceil(EDITS);
    let edits: Vec<_> = edits.into_iter().step_by(step).collect();
    for (name, text, place) in &edits {
        copy.write(name, &[&text[..*place], "let edited = 1;", &text[*place..]].concat());
        for (told, (after, before)) in told.iter_mut().zip(fingerprints().iter().zip(&before)) {
            *told += usize::from(after != before);
        }
        copy.write(name, text);
    }
    told.sort_unstable();
    let share = |place: usize| 100 * told[place] / edits.len();
    [share(told.len() / 4), share(told.len() / 2)]
}

#[test]
fn a_function_reaches_a_part_of_its_package() {
    let [quarter, median] = shares("cache-macros");
    let told = format!("of edits a quarter of all functions is told of {quarter} % at most, half of {median} %\n");
    // Not `println!`: a test that passes would not show it.
    std::io::stderr().write_all(told.as_bytes()).expect("stderr can be written to");
    assert!(quarter <= 20 && median <= 80, "{told}");
}
