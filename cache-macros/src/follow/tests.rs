//! What counts for a function, by edits of small packages: each is told if and only if it may change what is computed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Block, Signature};

use super::items::Items;
use super::reach::{Reach, Root};

/// A package in a folder of its own, which is removed in the end.
pub(super) struct Package(PathBuf);

impl Package {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let package = Self(std::env::temp_dir().join(format!("cache-macros-follow-{}-{number}", std::process::id())));
        for (file, text) in files {
            package.write(file, text);
        }
        package
    }

    pub(super) fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        fs::write(path, text).expect("there is room");
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    #[track_caller]
    pub(super) fn reach(&self, file: &str, function: &str) -> Reach {
        reach(&self.0, &self.0.join(file), function)
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What the function of this name in a file reaches.
#[track_caller]
pub(super) fn reach(package: &Path, file: &Path, function: &str) -> Reach {
    let source = syn::parse_file(&fs::read_to_string(file).expect("it is there")).expect("it is Rust");
    let mut all = Functions(Vec::new());
    all.visit_file(&source);
    let found = all.0.iter().find(|found| found.name == function).expect("it is in there");
    let items = Items::of(package, super::part_of(package, file), file);
    items.reached_by(&Root { tokens: &found.telling, name: function, file })
}

/// All functions, as the attribute sees them.
pub(super) struct Functions(pub(super) Vec<Function>);

pub(super) struct Function {
    pub(super) name: String,
    pub(super) own: TokenStream,
    pub(super) telling: [TokenStream; 1],
}

impl Functions {
    fn add(&mut self, sig: &Signature, block: &Block) {
        let own = quote!(#sig #block);
        self.0.push(Function { name: sig.ident.to_string(), telling: [super::telling(own.clone())], own });
    }
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

/// Edits of one file, with whether the function `root` in it is to notice.
#[track_caller]
fn edits(text: &str, edits: &[(&str, &str, bool)]) {
    let package = Package::new(&[("src/lib.rs", text)]);
    let before = package.reach("src/lib.rs", "root").fingerprint;
    for (from, to, is_told) in edits {
        assert!(text.contains(from), "{from} is not in {text}");
        package.write("src/lib.rs", &text.replacen(from, to, 1));
        let after = package.reach("src/lib.rs", "root").fingerprint;
        assert_eq!(before != after, *is_told, "{from} -> {to} in {text}");
    }
}

#[test]
fn what_macros_among_items_make_is_followed() {
    edits(
        "thread_local! { static COUNT: Cell<u64> = Cell::new(3); }
         thread_local! { static OTHER: Cell<u64> = Cell::new(5); }
         fn root() -> u64 { COUNT.get() }",
        &[("new(3)", "new(4)", true), ("new(5)", "new(6)", false)],
    );
    edits(
        "macro_rules! constant { ($name:ident, $value:expr) => { const $name: u64 = $value; }; }
         macro_rules! other { () => { fn unused() {} }; }
         constant!(FACTOR, 3);
         other!();
         fn root() -> u64 { FACTOR }",
        &[
            ("FACTOR, 3", "FACTOR, 4", true),
            ("= $value", "= 1 + $value", true),
            ("unused() {}", "unused() { 1; }", false),
        ],
    );
    edits(
        "macro_rules! make { ($value:expr) => { fn made() -> u64 { $value } }; }
         make!(3);
         fn root() -> u64 { made() }",
        &[("make!(3)", "make!(4)", true), ("{ $value }", "{ 2 * $value }", true)],
    );
    edits(
        "units! { Metre = 1000, Foot = 305 }
         fn root(x: Metre) -> u64 { x.millimetres() }",
        &[("1000", "1001", true)],
    );
}

#[test]
fn what_stands_in_a_body_around_it_is_followed() {
    edits(
        "fn outer() { const FACTOR: u64 = 3; fn helper() -> u64 { 1 } struct Local(u8);
           impl Local { fn get(&self) -> u64 { 5 } } fn other() -> u64 { 9 }
           fn root() -> u64 { helper() * FACTOR + Local(1).get() } }",
        &[("= 3", "= 4", true), ("{ 1 }", "{ 2 }", true), ("{ 5 }", "{ 6 }", true), ("{ 9 }", "{ 8 }", false)],
    );
}

#[test]
fn operators_and_conversions_of_whatever_is_made_of_a_type_are_followed() {
    edits(
        "struct U(u64); struct T(u64); struct X(u64); struct A; struct B; struct Unrelated;
         impl Add<&T> for &U { type Output = u64; fn add(self, o: &T) -> u64 { self.0 + o.0 } }
         impl From<(A, B)> for X { fn from(_: (A, B)) -> X { X(1) } }
         impl From<X> for u64 { fn from(x: X) -> u64 { x.0 + 2 } }
         impl PartialEq<[U]> for Other { fn eq(&self, o: &[U]) -> bool { true } }
         impl Neg for Unrelated { fn neg(self) -> u64 { 5 } }
         fn root(u: U, t: T, a: A, b: B) -> u64 { let x: X = (a, b).into(); &u + &t + u64::from(x) }",
        &[
            ("self.0 + o.0", "self.0 - o.0", true),
            ("X(1)", "X(2)", true),
            ("x.0 + 2", "x.0 + 3", true),
            ("true", "false", true),
            ("{ 5 }", "{ 6 }", false),
        ],
    );
}

#[test]
fn what_types_of_fields_do_without_being_named_is_followed() {
    edits(
        "struct Outer { inner: Inner } struct Inner(Deep); struct Deep(u8); struct Unrelated;
         impl fmt::Display for Inner { fn fmt(&self, f: &mut F) -> R { f.write_str(\"a\") } }
         impl fmt::Debug for Deep { fn fmt(&self, f: &mut F) -> R { f.write_str(\"b\") } }
         impl Deref for Inner { type Target = Deep; fn deref(&self) -> &Deep { &self.0 } }
         impl Drop for Deep { fn drop(&mut self) { count(1) } }
         impl fmt::Display for Unrelated { fn fmt(&self, f: &mut F) -> R { f.write_str(\"c\") } }
         impl Outer { fn root(&self) -> String { format!(\"{} {:?}\", self.inner, *self.inner) } }",
        &[
            ("\"a\"", "\"A\"", true),
            ("\"b\"", "\"B\"", true),
            ("&self.0", "&(self.0)", true),
            ("count(1)", "count(2)", true),
            ("\"c\"", "\"C\"", false),
        ],
    );
}

#[test]
fn functions_that_are_passed_on_are_followed() {
    edits(
        "fn twice(x: u64) -> u64 { 2 * x } fn apply(f: fn(u64) -> u64) -> u64 { f(1) } fn unrelated() -> u64 { 7 }
         const TABLE: [fn(u64) -> u64; 1] = [thrice]; fn thrice(x: u64) -> u64 { 3 * x }
         fn root(x: Vec<u64>) -> u64 { apply(twice) + apply(|x| x + 1) + TABLE[0](1) }",
        &[("2 * x", "4 * x", true), ("3 * x", "5 * x", true), ("f(1)", "f(2)", true), ("{ 7 }", "{ 8 }", false)],
    );
}

#[test]
fn paths_in_texts_of_attributes_are_followed() {
    edits(
        "#[derive(Deserialize)]
         struct Config {
             #[serde(default = \"ten\")] a: u8,
             #[serde(with = \"hex\")] b: u8,
             #[serde(deserialize_with = \"parts::read\", serialize_with = \"parts::write\")] c: u8,
             #[serde(skip_serializing_if = \"is_zero\", getter = \"got\")] d: u8,
         }
         #[serde(from = \"Raw\", into = \"Cooked\", remote = \"Far\")] struct Converted(u8);
         struct Raw(u8); impl From<Raw> for Converted { fn from(x: Raw) -> Self { Self(x.0 + 10) } }
         struct Far(u8); impl Far { fn got(&self) -> u8 { 20 } }
         fn ten() -> u8 { 11 }
         mod hex { fn deserialize() -> u8 { 12 } fn serialize() -> u8 { 13 } }
         mod parts { fn read() -> u8 { 14 } fn write() -> u8 { 15 } }
         fn is_zero() -> bool { true }
         fn unrelated() -> u8 { 17 }
         fn root(c: &Config) -> Converted { c.into() }",
        &[
            ("{ 11 }", "{ 1 }", true),
            ("{ 12 }", "{ 1 }", true),
            ("{ 13 }", "{ 1 }", true),
            ("{ 14 }", "{ 1 }", true),
            ("{ 15 }", "{ 1 }", true),
            ("{ true }", "{ false }", true),
            ("+ 10", "+ 11", true),
            ("{ 20 }", "{ 21 }", true),
            ("{ 17 }", "{ 18 }", false),
        ],
    );
}

#[test]
fn raw_names_are_those_they_are() {
    edits(
        "fn r#match() -> u64 { 1 } fn plain() -> u64 { 2 } fn root() -> u64 { r#match() + r#plain() }",
        &[("{ 1 }", "{ 3 }", true), ("{ 2 }", "{ 3 }", true)],
    );
}

#[test]
fn which_item_of_a_name_is_meant_counts() {
    edits(
        "mod a { pub fn helper() -> u64 { 1 } } mod b { pub fn helper() -> u64 { 2 } }
         use a::helper; use a::other;
         fn root() -> u64 { helper() }",
        &[
            ("use a::helper", "use b::helper", true),
            ("use a::other", "use b::other", false),
            ("use a::helper", "use b::*", true),
        ],
    );
    let swapped = "mod a { pub fn helper() -> u64 { 2 } } mod b { pub fn helper() -> u64 { 1 } } use a::helper;";
    edits(
        "mod a { pub fn helper() -> u64 { 1 } } mod b { pub fn helper() -> u64 { 2 } } use a::helper;
         fn root() -> u64 { helper() }",
        &[(
            "mod a { pub fn helper() -> u64 { 1 } } mod b { pub fn helper() -> u64 { 2 } } use a::helper;",
            swapped,
            true,
        )],
    );
    edits(
        "enum Kind { Small, Large } use Kind::{Large, Small};
         impl Kind { fn size(&self) -> u64 { 3 } } impl Default for Kind { fn default() -> Self { Small } }
         fn root() -> u64 { Large.size() }",
        &[("{ 3 }", "{ 4 }", true), ("{ Small }", "{ Large }", true)],
    );
}

#[test]
fn members_are_followed_where_their_type_is_named_or_their_trait() {
    edits(
        "struct A; struct B; impl A { fn new() -> A { A } fn get(&self) -> u64 { 1 } fn unused(&self) -> u64 { 2 } }
         impl B { fn new() -> B { B } fn get(&self) -> u64 { 3 } }
         fn root() -> u64 { A::new().get() }",
        &[("{ 1 }", "{ 5 }", true), ("{ 2 }", "{ 5 }", false), ("{ 3 }", "{ 5 }", false)],
    );
    edits(
        "trait Shape { fn area(&self) -> u64; fn twice(&self) -> u64 { 2 * self.area() } }
         struct Circle; struct Square; type Alias = Square;
         impl Shape for Circle { fn area(&self) -> u64 { 1 } } impl Shape for Square { fn area(&self) -> u64 { 4 } }
         impl Alias { fn corner(&self) -> u64 { 5 } }
         fn root(s: &dyn Shape) -> u64 { s.twice() }
         fn other(s: &Circle) -> u64 { s.twice() }
         fn third(s: &Square) -> u64 { s.corner() }",
        &[("{ 1 }", "{ 3 }", true), ("{ 4 }", "{ 3 }", true), ("2 * ", "3 * ", true), ("{ 5 }", "{ 6 }", false)],
    );
    let text = "trait Shape { fn area(&self) -> u64; } struct Circle; struct Square; type Alias = Square;
         impl Shape for Circle { fn area(&self) -> u64 { 1 } } impl Shape for Square { fn area(&self) -> u64 { 4 } }
         impl Alias { fn corner(&self) -> u64 { 5 } } fn made() -> Square { Square }";
    edits(
        &format!("{text} fn root(s: &Circle) -> u64 {{ s.area() }}"),
        &[("{ 1 }", "{ 2 }", true), ("{ 4 }", "{ 2 }", false)],
    );
    edits(&format!("{text} fn root() -> u64 {{ made().corner() }}"), &[("{ 5 }", "{ 2 }", true)]);
    edits(
        "impl<T: Level> Repo<T> { fn root(&self) -> u64 { T::level() } } struct Repo<T>(T); struct Low;
         trait Level { fn level() -> u64; } impl Level for Low { fn level() -> u64 { 1 } }",
        &[("{ 1 }", "{ 2 }", true)],
    );
    edits(
        "struct Low(u64); impl From<Low> for u64 { fn from(low: Low) -> u64 { low.0 + 1 } }
         fn root<T: Into<u64>>(x: T) -> u64 { x.into() }",
        &[("+ 1", "+ 2", true)],
    );
}

#[test]
fn what_computes_nothing_does_not_count() {
    edits(
        "#[cache_data(ttl = \"1h\", persist = \"disk\", version = 3)] #[inline] #[allow(unused)] pub fn helper(x: u64) -> u64 {
             #[expect(unused)] let y = 1; x }
         /// Docs.
         #[must_use] struct Point { pub x: u64 }
         impl Point { #[cache_data(ttl = \"1m\", tags(\"a\"))] fn root(&self) -> u64 { helper(self.x) }
             #[cache_data(max_entries = 3)] fn again(&self) -> u64 { 4 } }",
        &[
            ("\"1h\"", "\"2h\"", false),
            ("\"1m\"", "\"2m\"", false),
            ("version = 3", "version = 4", true),
            ("#[allow(unused)]", "", false),
            ("#[expect(unused)]", "", false),
            ("pub x", "x", false),
            ("Docs", "Other docs", false),
            ("#[must_use]", "", false),
            ("= 3)]", "= 4)]", true),
            ("{ 4 }", "{ 5 }", false),
        ],
    );
}

#[test]
fn tests_and_their_folders_do_not_count_but_for_what_stands_there() {
    let source = "fn root() -> u64 { helper() } fn helper() -> u64 { now() } fn now() -> u64 { 1 }
        #[cfg(test)] mod tests { fn helper() -> u64 { 11 } fn in_tests() -> u64 { helper() } }
        #[cfg(test)] mod more;
        #[cfg(test)] mod mock { pub fn now() -> u64 { 12 } } #[cfg(test)] use mock::now;";
    let files = [
        ("src/lib.rs", source),
        ("src/more.rs", "fn helper() -> u64 { 13 }"),
        ("tests/a.rs", "mod common; fn in_a() -> u64 { helper() }"),
        ("tests/common/mod.rs", "pub fn helper() -> u64 { 14 }"),
        ("benches/b.rs", "fn helper() -> u64 { 15 }"),
        ("examples/c.rs", "fn helper() -> u64 { 16 }"),
    ];
    let package = Package::new(&files);
    let all = || {
        let reach = |file, function| package.reach(file, function).fingerprint;
        [reach("src/lib.rs", "root"), reach("src/lib.rs", "in_tests"), reach("tests/a.rs", "in_a")]
    };
    let before = all();
    for (file, from, expected) in [
        ("src/lib.rs", "{ 11 }", [false, true, false]),
        ("src/lib.rs", "{ 12 }", [true, true, true]),
        ("src/more.rs", "{ 13 }", [false, true, false]),
        ("tests/common/mod.rs", "{ 14 }", [false, false, true]),
        ("benches/b.rs", "{ 15 }", [false, false, false]),
        ("examples/c.rs", "{ 16 }", [false, false, false]),
        ("src/lib.rs", "{ 1 }", [true, true, true]),
    ] {
        let text = files.iter().find(|(name, _)| *name == file).expect("it is there").1;
        assert!(text.contains(from));
        package.write(file, &text.replacen(from, "{ 99 }", 1));
        let after = all();
        let is_told: Vec<_> = before.iter().zip(after).map(|(before, after)| *before != after).collect();
        assert_eq!(is_told, expected, "{from} in {file}");
        package.write(file, text);
    }
    assert_eq!(all(), before);
}

#[test]
fn files_that_are_taken_in_count_by_their_content() {
    let source = "mod inner; fn root() -> u64 { include!(\"sum.in\") + inner::text() + made() } include!(\"made.in\");";
    let files = [
        ("src/lib.rs", source),
        (
            "src/inner.rs",
            "pub fn text() -> u64 { include_str!(concat!(\"../data/\", \"a\", \".txt\")).len() as u64 + BYTES[0] }
            const BYTES: &[u8] = include_bytes!(\"b.bin\");",
        ),
        ("src/sum.in", "{ 1 + helper() }"),
        ("src/made.in", "fn made() -> u64 { 7 } fn helper() -> u64 { 8 }"),
        ("data/a.txt", "abc"),
        ("src/b.bin", "x"),
        ("data/other.txt", "abc"),
    ];
    let package = Package::new(&files);
    let fingerprint = || package.reach("src/lib.rs", "root").fingerprint;
    let before = fingerprint();
    for (file, text) in &files[2..6] {
        package.write(file, &text.replace(['1', '7', 'c', 'x'], "3"));
        assert_ne!(fingerprint(), before, "{file}");
        package.write(file, text);
    }
    package.write("src/made.in", &files[3].1.replace('8', "9"));
    assert_ne!(fingerprint(), before, "what an included text names in another");
    package.write("src/made.in", files[3].1);
    package.write("data/other.txt", "other");
    assert_eq!(fingerprint(), before, "what is not taken in");
    // By a macro, whose file nobody knows from here, any may be.
    let by_macro = "macro_rules! data { ($name:literal) => { include_str!(concat!(\"../data/\", $name, \".txt\")) }; }
        fn root() -> u64 { data!(\"other\").len() as u64 }";
    package.write("src/lib.rs", by_macro);
    let before = fingerprint();
    package.write("data/other.txt", "another");
    assert_ne!(fingerprint(), before);
}

#[test]
fn the_value_of_a_variable_counts() {
    // Only those that cargo itself sets are there for a test.
    let text =
        "fn root() -> &'static str { env!(\"CARGO_PKG_VERSION\") } const V: Option<&str> = option_env!(\"NO_SUCH\");";
    let package = Package::new(&[("src/lib.rs", text)]);
    let before = package.reach("src/lib.rs", "root").fingerprint;
    package.write("src/lib.rs", &text.replace("CARGO_PKG_VERSION", "CARGO_PKG_NAME"));
    assert_ne!(package.reach("src/lib.rs", "root").fingerprint, before);
}

#[test]
fn conditions_are_those_of_what_is_reached() {
    let files = [
        (
            "src/lib.rs",
            "#[cfg(feature = \"gate\")] mod gated; #[cfg(feature = \"unrelated\")] mod other;
             fn root() -> u64 { if cfg!(any(feature = \"fast\", not(unix))) { fast() } else { 1 } }
             #[cfg_attr(target_os = \"linux\", inline)] #[cfg(all(custom, feature = \"deep\"))] fn fast() -> u64 { gated::x() }
             #[cfg(feature = \"unused\")] fn unused() {}",
        ),
        ("src/gated.rs", "pub fn x() -> u64 { 1 }"),
        ("src/other.rs", "pub fn unused() -> u64 { 1 }"),
    ];
    let decided = Package::new(&files).reach("src/lib.rs", "root").decided;
    let expected = ["custom", "feature = \"deep\"", "feature = \"fast\"", "feature = \"gate\"", "unix"];
    assert_eq!(decided.iter().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end() {
    let package = Package::new(&[("src/lib.rs", "fn root() -> u64 { helper() } fn helper() -> u64 { 1 }")]);
    for (to, link) in [(".", "src/here"), ("..", "src/up"), ("b", "src/a"), ("a", "src/b"), ("here", "src/again")] {
        std::os::unix::fs::symlink(to, package.0.join(link)).expect("there is room");
    }
    assert_eq!(package.reach("src/lib.rs", "root").items, 1);
}
