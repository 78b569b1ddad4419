//! Edits of real code, one at a time: what changes a result changes the fingerprint. How often one changes without the
//! other is told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use syn::visit::Visit as _;

use super::items::Items;
use super::reach::Root;
use super::tests::{Function, Functions, Package};

/// Code to be edited: the functions `root_…` in it are looked at.
struct Subject {
    name: &'static str,
    text: String,
}

fn subjects() -> [Subject; 3] {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| fs::read_to_string(workspace.join(file)).expect("it is part of the workspace");
    let without_tests = |text: String| text[..text.find("#[cfg(test)]").unwrap_or(text.len())].replace("//!", "//");
    let quantity = without_tests(read("cache-macros/src/quantity.rs"))
        + "const TEXTS: [&str; 7] = [\"90s\", \"1h30m\", \"1.5 days\", \"01:30:00\", \"64MiB\", \"-1 kB\", \"0:0:0.25\"];
           pub fn root_lifetimes() -> String { TEXTS.map(|text| format!(\"{:?}\", lifetime(text))).concat() }
           pub fn root_sizes() -> String { TEXTS.map(|text| format!(\"{:?}\", bytes(text))).concat() }
           pub fn root_exponents() -> String { [\"1e3\", \"1.5E2\", \"25e-2\", \"7\"].map(without_exponent).concat() }";
    let name = without_tests(read("cache-runtime/src/function/name.rs")).replace("#[cfg(feature = \"disk\")]", "")
        + "pub fn root_names() -> String {
               [\"c::shop::<impl a::Repo<'_, _, alloc::vec::Vec<a::B<'_>>>>::GET::__FUNCTION::{{closure}}\",
                \"<(_, a::B<_>) as a::Store>::get::__FUNCTION::{{closure}}\", \"c::shop::get::__FUNCTION::{{closure}}\"]
                   .map(|closure| holding_type(\"c::shop::get\", closure)).concat() }
           pub fn root_places() -> String { in_place(\"c::shop::get\", \"c::shop::outer::GET::__FUNCTION::{{closure}}\") }";
    let constructs = read("cache-macros/fixtures/constructs.rs.txt");
    [
        Subject { name: "quantity", text: quantity },
        Subject { name: "name", text: name },
        Subject { name: "constructs", text: constructs },
    ]
}

/// Edits that most likely compile: other numbers, texts and operators, and statements left out.
fn edits(text: &str) -> Vec<(Range<usize>, String)> {
    const OPERATORS: [(&str, &str); 10] = [
        (" + ", " - "),
        (" - ", " + "),
        (" * ", " + "),
        (" / ", " * "),
        (" == ", " != "),
        (" != ", " == "),
        (" && ", " || "),
        (" || ", " && "),
        (" > ", " <= "),
        (" += ", " -= "),
    ];
    let mut edits = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let place = begin;
        begin += line.len();
        let code = line.trim();
        if code.starts_with("//") {
            continue;
        }
        for (from, to) in OPERATORS {
            edits.extend(line.match_indices(from).map(|(at, _)| (place + at..place + at + from.len(), to.to_owned())));
        }
        let words = line.char_indices().filter(|(at, _)| {
            let before = line[..*at].chars().next_back();
            before.is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != '.')
        });
        for (at, first) in words {
            let word = &line[at..at + line[at..].find(|c: char| !c.is_alphanumeric()).unwrap_or(line.len() - at)];
            let other = match word {
                "true" => "false".to_owned(),
                "false" => "true".to_owned(),
                _ if first.is_ascii_digit() && word.chars().all(|c| c.is_ascii_digit()) => format!("{word}1"),
                _ => continue,
            };
            edits.push((place + at..place + at + word.len(), other));
        }
        for (at, _) in line.match_indices('"').step_by(2) {
            edits.push((place + at..place + at + 1, "\"Z".to_owned()));
        }
        if code.ends_with(';')
            && !["let ", "use ", "const ", "static ", "pub ", "type "].iter().any(|w| code.starts_with(w))
        {
            edits.push((place..place + line.len(), String::new()));
        }
    }
    edits
}

/// The fingerprints of the functions to be looked at.
fn fingerprints(package: &Package, text: &str) -> BTreeMap<String, u128> {
    package.write("src/lib.rs", text);
    let (folder, file) = (package.folder(), package.folder().join("src/lib.rs"));
    let mut functions = Functions(Vec::new());
    functions.visit_file(&syn::parse_file(text).expect("it is Rust"));
    let items = Items::of(folder, None, &file);
    let roots = functions.0.into_iter().filter(|function| function.name.starts_with("root_"));
    let reach = |Function { name, own, telling }: Function| {
        let reach = items.reached_by(&Root { tokens: &telling, name: &name, file: &file }).fingerprint;
        // With its own tokens, as the attribute has it.
        (name, crate::fingerprint::fingerprint([own, quote::quote!(#reach)]))
    };
    roots.map(reach).collect()
}

/// What the functions return in each state of the text, where it compiles; all states are one crate.
fn results(texts: &[String], roots: &[&String]) -> Vec<Option<Vec<String>>> {
    let package = Package::new(&[]);
    let folder = package.folder();
    let mut broken = vec![false; texts.len()];
    // What does not compile is left out; the second time what was hidden by that as well.
    for _ in 0..6 {
        let mut main =
            String::from("#![allow(warnings, arithmetic_overflow, unconditional_panic, overflowing_literals)]\n");
        let mut calls = String::new();
        for (number, text) in texts.iter().enumerate().filter(|(number, _)| !broken[*number]) {
            package.write(&format!("m{number}.rs"), text);
            writeln!(main, "mod m{number};").expect("there is room");
            for root in roots {
                writeln!(calls, "run({number}, m{number}::{root});").expect("there is room");
            }
        }
        main += "fn run(number: usize, root: fn() -> String) {
            let (send, receive) = std::sync::mpsc::channel();
            std::thread::spawn(move || send.send(std::panic::catch_unwind(root).unwrap_or(\"panic\".into())));
            let result = receive.recv_timeout(std::time::Duration::from_secs(2)).unwrap_or(\"hangs\".into());
            println!(\"{number} {result:?}\");
        }
        fn main() { std::panic::set_hook(Box::new(|_| ()));\n";
        package.write("main.rs", &(main + &calls + "}\n"));
        let program = folder.join("program");
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--edition", "2024", "-Cdebuginfo=0", "-Ccodegen-units=4", "--error-format=short"]);
        let output = rustc.arg(folder.join("main.rs")).arg("-o").arg(&program).output().expect("rustc can be run");
        if output.status.success() {
            return said(&program, texts.len());
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let files = told.lines().filter(|line| line.contains("error")).filter_map(|line| {
            let file = PathBuf::from(line.split(".rs:").next()?);
            file.file_name()?.to_str()?.strip_prefix('m')?.parse::<usize>().ok()
        });
        let files: Vec<_> = files.collect();
        assert!(!files.is_empty(), "{told}");
        for number in files {
            broken[number] = true;
        }
    }
    panic!("nothing that compiles is left");
}

/// What the program says of each state.
fn said(program: &Path, states: usize) -> Vec<Option<Vec<String>>> {
    let output = Command::new(program).output().expect("it can be run");
    let mut said = vec![None; states];
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((number, result)) = line.split_once(' ') else { continue };
        let of_state: &mut Option<Vec<String>> = &mut said[number.parse::<usize>().expect("a number comes first")];
        of_state.get_or_insert_default().push(result.to_owned());
    }
    said
}

#[test]
fn no_edit_changes_a_result_without_the_fingerprint() {
    const EDITS: usize = 130;
    for Subject { name, text } in subjects() {
        let all = edits(&text);
        let step = all.len().div_ceil(EDITS);
        let edited =
            all.into_iter().step_by(step).map(|(place, to)| [&text[..place.start], &to, &text[place.end..]].concat());
        let texts: Vec<_> =
            [text.clone()].into_iter().chain(edited).filter(|text| syn::parse_file(text).is_ok()).collect();
        let package = Package::new(&[]);
        let told: Vec<_> = texts.iter().map(|text| fingerprints(&package, text)).collect();
        let roots: Vec<_> = told[0].keys().collect();
        let results = results(&texts, &roots);
        let before = results[0].as_ref().expect("the text itself compiles");
        let (mut edits, mut changed, mut needless, mut spared) = (0, 0, 0, 0);
        for ((text, told_here), result) in texts.iter().zip(&told).zip(&results).skip(1) {
            let Some(result) = result else { continue };
            edits += 1;
            for (place, root) in roots.iter().enumerate() {
                let is_told = told_here[*root] != told[0][*root];
                match (before[place] != result[place], is_told) {
                    (true, true) => changed += 1,
                    (true, false) => panic!("{name}: {root} is {} and {} with\n{text}", before[place], result[place]),
                    (false, true) => needless += 1,
                    (false, false) => spared += 1,
                }
            }
        }
        let told = format!(
            "{name}: {edits} edits of {} functions; with the result {changed} fingerprints changed, without {needless}; \
             {spared} did not\n",
            roots.len()
        );
        // Not `println!`: a test that passes would not show it.
        std::io::stderr().write_all(told.as_bytes()).expect("stderr can be written to");
        assert!(edits >= 40 && changed >= 20, "{told}");
    }
}
