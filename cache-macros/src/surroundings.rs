//! The source around a function: an attribute is given the function alone, but its file can be read.
//!
//! Only what is certain is told, because a function that is refused for it must be one that does not compile. Where
//! there is no file, something else stands there, or macros and `cfg` have a say, nothing is told, and the compiler
//! speaks.

mod uses;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::source::Source;

thread_local! {
    static FILES: RefCell<HashMap<PathBuf, File>> = RefCell::default();
}

/// A file, and when it was like that: a server of macros sees several states of one.
#[derive(Clone)]
struct File {
    changed: Option<SystemTime>,
    source: Rc<Source>,
}

/// Where a function stands in its file.
pub(crate) struct Surroundings {
    source: Rc<Source>,
    /// The brackets around it.
    bracket: usize,
    pub(crate) block: Block,
}

/// The kind of block that a function stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// An `impl` of a trait.
    TraitImpl,
    /// Another `impl`, or a trait.
    Members,
    /// Anything else, or nobody knows.
    Other,
}

/// The use of a name for which a handle cannot have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// An item in the same module, or of the same type.
    Item,
    /// A variant of the same type.
    Variant,
    /// A `let` or a parameter from where a static would be seen, which it cannot shadow.
    Binding,
    /// A constant that is used where a handle would be seen, and would be hidden by it: of a glob import, of a trait.
    Hidden,
}

impl Surroundings {
    pub(crate) fn of(function: &Ident) -> Option<Self> {
        // Elsewhere than in a macro there are no spans of a file.
        if !proc_macro::is_available() {
            return None;
        }
        let span = function.span().unwrap();
        let source = source(&span.local_file()?)?;
        let start = span.start();
        Self::at(source, start.line(), start.column(), &function.unraw().to_string())
    }

    fn at(source: Rc<Source>, line: usize, column: usize, function: &str) -> Option<Self> {
        let word = source.word_at(line, column)?;
        // Not what was expanded: the file has changed since.
        if !source.is(word, function) || !source.is(word.checked_sub(1)?, "fn") {
            return None;
        }
        let bracket = source.word(word).bracket;
        // Nobody knows what macros make of it.
        if source.outwards(bracket).any(|around| is_of_macro(&source, around)) {
            return None;
        }
        let block = block(&source, bracket);
        Some(Self { source, bracket, block })
    }

    /// The use of this name for which a handle beside the function cannot have it, if there is one.
    pub(crate) fn taken(&self, name: &str) -> Option<Taken> {
        let source = &*self.source;
        source.all(name).find_map(|word| match self.block {
            Block::Members if self.is_variant(word) => Some(Taken::Variant),
            Block::Members if self.is_item(word) && self.is_of_same_type(source.word(word).bracket) => {
                Some(Taken::Item)
            }
            Block::Members if self.is_calculated_with(word) => Some(Taken::Hidden),
            Block::Other if uses::is_bound(source, word) && self.sees(word) => Some(Taken::Binding),
            Block::Other if uses::is_no_static(source, word) && self.sees(word) => {
                (!source_names(source, name)).then_some(Taken::Hidden)
            }
            Block::Members | Block::Other if self.is_item(word) && self.is_beside(word) => Some(Taken::Item),
            _ => None,
        })
    }

    /// Is it the name of an item, under no `cfg`?
    fn is_item(&self, word: usize) -> bool {
        let source = &self.source;
        let Some(keyword) = word.checked_sub(1) else { return false };
        let found = source.word(keyword);
        // Not the `const` of a parameter or a pointer.
        let begins = match found.before {
            ' ' => keyword.checked_sub(1).is_none_or(|number| source.is(number, "pub")),
            mark => matches!(mark, '{' | '}' | ';' | ']' | ')'),
        };
        begins
            && source.word(word).before == ' '
            && ["const", "static", "fn"].iter().any(|text| source.is(keyword, text))
            && !source.text(found.part..found.place.start).contains("cfg")
    }

    fn is_beside(&self, word: usize) -> bool {
        self.source.word(word).bracket == self.bracket
    }

    /// Is this an `impl` block of the same type?
    fn is_of_same_type(&self, other: usize) -> bool {
        let source = &self.source;
        let words = |bracket| {
            let mut header = source.header_words(bracket).skip_while(|&number| !source.is(number, "impl"));
            header.next().map(|word| source.word(word).place.start..source.header(bracket).end)
        };
        match (words(self.bracket), words(other)) {
            (Some(own), Some(words)) => {
                source.around(other) == source.around(self.bracket)
                    && source.text(own).split_whitespace().eq(source.text(words).split_whitespace())
                    && !source.text(source.header(other)).contains("cfg")
            }
            _ => false,
        }
    }

    /// Is it a variant of the type whose `impl` block this is?
    fn is_variant(&self, word: usize) -> bool {
        let source = &self.source;
        let found = source.word(word);
        let item = source.header_words(found.bracket).find(|&number| source.is(number, "enum"));
        let (Some(item), Some(ty)) = (item.map(|keyword| keyword + 1), self.type_name()) else { return false };
        source.is(item, ty)
            && source.around(found.bracket) == source.around(self.bracket)
            && matches!(found.before, '{' | ',' | ']')
            && !source.text(source.header(found.bracket).start..found.place.start).contains("cfg")
    }

    /// The name of the type whose `impl` block this is, if that says it.
    fn type_name(&self) -> Option<&str> {
        let source = &self.source;
        let ty = source.header_words(self.bracket).find(|&number| source.is(number, "impl"))? + 1;
        // Not the `T` of `impl<T> Type<T>`, nor a path.
        let is_name = source.word(ty).before == ' ' && !source.behind(ty).starts_with(':');
        is_name.then(|| source.text(source.word(ty).place.clone()))
    }

    /// Is it, as a name that belongs to this type, used as no handle can be? What is the type's own is preferred to
    /// what it has of a trait.
    fn is_calculated_with(&self, word: usize) -> bool {
        let source = &self.source;
        let Some(ty) = word.checked_sub(1) else { return false };
        let place = source.word(ty).place.end..source.word(word).place.start;
        // In an `impl` of another trait `Self` is this type as well, but its header reads otherwise.
        let is_own = source.is(ty, "Self") && source.outwards(source.word(ty).bracket).any(|b| self.is_of_same_type(b));
        source.text(place) == "::"
            && source.word(ty).before != ':'
            && (is_own || self.type_name().is_some_and(|name| source.is(ty, name)))
            && uses::is_number(source, ty..=word)
            && self.is_clear(ty, source.around(self.bracket))
    }

    /// Is an item that stands beside the function seen at this word by its name alone, whatever macros and `cfg` do?
    fn sees(&self, word: usize) -> bool {
        let source = &self.source;
        // Imports of a block are nearer, also where they do not say by what names.
        let imports = |bracket| source.all("use").any(|number| source.word(number).bracket == bracket);
        let mut blocks = source.outwards(source.word(word).bracket).take_while(|&bracket| bracket != self.bracket);
        !blocks.any(imports) && self.is_clear(word, self.bracket)
    }

    /// Do neither modules nor macros nor `cfg` stand between a word and these brackets around it?
    fn is_clear(&self, word: usize, end: usize) -> bool {
        let source = &self.source;
        let is_clear = |bracket: usize| {
            let is_module = source.header_words(bracket).any(|number| source.is(number, "mod"));
            !is_module
                && !is_of_macro(source, bracket)
                && source.before(bracket) != '#'
                && !source.text(source.header(bracket)).contains("cfg")
        };
        let mut between = source.outwards(source.word(word).bracket);
        between.find(|&bracket| bracket == end || !is_clear(bracket)) == Some(end)
    }
}

/// Does the file itself say anywhere what this name stands for, by defining or importing it?
fn source_names(source: &Source, name: &str) -> bool {
    source.all(name).any(|word| {
        let found = source.word(word);
        let is_list = |bracket| source.header_words(bracket).any(|number| source.is(number, "use"));
        let is_import = || {
            source.text(found.part..found.place.start).contains("use") || source.outwards(found.bracket).any(is_list)
        };
        // Behind a word that makes names, as `const`, `as` and `let` do, and not behind one of an expression.
        let is_behind = |text: &&str| word.checked_sub(1).is_some_and(|before| source.is(before, text));
        let makes_names = found.before == ' ' && !["if", "in", "match", "return", "while"].iter().any(is_behind);
        makes_names || is_import()
    })
}

/// Do these brackets belong to a macro's call or definition?
fn is_of_macro(source: &Source, bracket: usize) -> bool {
    source.before(bracket) == '!' || source.header_words(bracket).any(|number| source.is(number, "macro_rules"))
}

fn block(source: &Source, bracket: usize) -> Block {
    const BEFORE: [&str; 3] = ["pub", "unsafe", "default"];
    const HARMLESS: [&str; 8] = ["cfg", "cfg_attr", "doc", "allow", "expect", "warn", "deny", "async_trait"];
    let is_one_of = |number, texts: &[&str]| texts.iter().any(|text| source.is(number, text));
    let header = || source.header_words(bracket);
    let around = source.around(bracket);
    let words = || header().filter(|&number| source.word(number).bracket == around);
    let Some(first) = words().find(|&number| !is_one_of(number, &BEFORE)) else { return Block::Other };
    // An attribute of somebody else may make anything of it.
    let is_attribute = |&number: &usize| {
        let word = source.word(number);
        word.before == '{' && source.before(word.bracket) == '#' && source.around(word.bracket) == around
    };
    if !header().filter(is_attribute).all(|number| is_one_of(number, &HARMLESS)) {
        return Block::Other;
    }
    // `for<'a>` does not name a type.
    let is_of_trait = || words().any(|number| source.is(number, "for") && !source.behind(number).starts_with('<'));
    match () {
        () if source.is(first, "trait") => Block::Members,
        () if !source.is(first, "impl") => Block::Other,
        () if is_of_trait() => Block::TraitImpl,
        () => Block::Members,
    }
}

fn source(path: &Path) -> Option<Rc<Source>> {
    let changed = std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let known = FILES.with_borrow(|files| files.get(path).cloned());
    if let Some(file) = known.filter(|file| file.changed == changed) {
        return Some(file.source);
    }
    let source = Rc::new(Source::new(std::fs::read_to_string(path).ok()?));
    let file = File { changed, source: Rc::clone(&source) };
    FILES.with_borrow_mut(|files| files.insert(path.to_owned(), file));
    Some(source)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Block, Surroundings, Taken};
    use crate::source::Source;

    /// The surroundings of the function `here`.
    #[track_caller]
    fn around(text: &str) -> Option<Surroundings> {
        let place = text.find("fn here").or_else(|| text.find("fn r#here")).map(|keyword| keyword + 3);
        let place = place.or_else(|| text.find("here")).expect("the text has a function of that name");
        let before = &text[..place];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        Surroundings::at(Rc::new(Source::new(text.to_owned())), line, column, "here")
    }

    #[test]
    fn the_block_around_a_function_is_known() {
        for (text, block) in [
            ("fn here() {}", Block::Other),
            ("#![allow(x)]\nimpl Type { fn here() {} }", Block::Members),
            ("impl Tr for Type { fn here() {} }", Block::TraitImpl),
            (
                "struct X; unsafe impl<T: for<'a> Fn(&'a [u8; 4])> a::Tr<T> for [T; 4] where T: X { fn here() {} }",
                Block::TraitImpl,
            ),
            ("impl<T: for<'a> Fn(&'a u8)> Type<T> where for<'b> T: X<'b> { fn here() {} }", Block::Members),
            (
                "/// for\n// for {\n/* { /* */ for */ #[doc = \"for {\"] impl Type { const A: char = '{'; fn here() {} }",
                Block::Members,
            ),
            (
                "impl Tr for X { const T: &str = r#\"}\"{\"#; const B: u8 = b'}'; fn é<'a>(_: &'a u8) {} fn here() {} }",
                Block::TraitImpl,
            ),
            ("impl Tr for X { fn other() { fn here() {} } }", Block::Other),
            ("impl Tr for X { fn other() {} } fn here() {}", Block::Other),
            ("pub(crate) unsafe trait Tr: for<'a> X<'a> { fn here() {} }", Block::Members),
            ("#[inherent] impl Tr for X { fn here() {} }", Block::Other),
            ("#[cfg(any(a, b))] impl Tr for X { fn here() {} }", Block::TraitImpl),
            ("mod a { mod b { impl Tr\n for é { fn r#here() {} } } }", Block::TraitImpl),
        ] {
            let around = around(text).unwrap_or_else(|| panic!("nothing is found in {text}"));
            assert_eq!(around.block, block, "{text}");
        }
    }

    #[test]
    fn nothing_is_told_of_what_macros_make_or_of_another_text() {
        for text in [
            "some! { impl Tr for X { fn here() {} } }",
            "macro_rules! some { () => { impl Tr for X { fn here() {} } } }",
            "impl Tr for X { here!(); }",
            "fn here2() {}",
            "} fn here() {}",
        ] {
            assert!(around(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_name_is_taken_where_the_compiler_would_refuse_it_for_sure() {
        for (text, taken) in [
            ("const HERE: u8 = 1; fn here() {}", Some(Taken::Item)),
            ("fn here() {} pub(crate) static HERE: u8 = 1;", Some(Taken::Item)),
            ("impl X { fn here() {} pub const HERE: u8 = 1; }", Some(Taken::Item)),
            ("impl X { fn here() {} } /// More.\nimpl X { const HERE: u8 = 1; }", Some(Taken::Item)),
            ("enum X { #[default] HERE(u8), Other } impl X { fn here() {} }", Some(Taken::Variant)),
            ("enum X { Other { a: u8 }, HERE = 1 } impl X { fn here() {} }", Some(Taken::Variant)),
            ("fn here() {} fn main() { if x { let HERE = 1; } }", Some(Taken::Binding)),
            ("fn here() {} fn main() { let mut HERE: u8 = 1; }", Some(Taken::Binding)),
            ("use a::*; fn here() {} fn other(x: f64) -> f64 { x * HERE }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() -> f64 { HERE /* two */ / 2.0 }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() { let x: f64 = HERE; }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() { f(1, HERE); }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() { X { a: HERE }; f([HERE, 1.0]); }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() { if HERE == 1.0 {} }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() -> [f64; HERE] { a::HERE * 2; f(a::HERE); [HERE; 2] }", None),
            ("use a::*; fn here() {} fn other() -> f64 { 1.0.mul_add(HERE, 2.0) }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() -> f64 { -HERE }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() -> f64 { HERE + 1.0 }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() -> bool { HERE == 1.0 }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() { g(HERE as f32); }", Some(Taken::Hidden)),
            ("fn here() {} fn other(x: u8, HERE: u8) {}", Some(Taken::Binding)),
            ("fn here() {} fn other<'a, T>(mut HERE: T) -> [u8; 4] where T: X {}", Some(Taken::Binding)),
            ("fn here() {} fn other() { for HERE in 0..1 {} }", Some(Taken::Binding)),
            ("fn here() {} fn other() { let (a, HERE) = b; }", Some(Taken::Binding)),
            ("fn here() {} fn other() { f(|HERE: u8| 1); }", Some(Taken::Binding)),
            ("fn here() {} fn other() { f(|HERE| 1); }", Some(Taken::Binding)),
            ("fn here() {} fn other() { f(1, move |HERE| 1); }", Some(Taken::Binding)),
            ("fn here() {} fn other() { let f = |HERE| 1; }", Some(Taken::Binding)),
            ("impl X { fn here() {} fn other() -> u8 { 1 + Self::HERE / 2 } }", Some(Taken::Hidden)),
            ("impl X { fn here() {} } fn other() -> u8 { X::HERE as u8 }", Some(Taken::Hidden)),
            ("impl X { fn here() {} } fn other() { let _: u8 = X::HERE; }", Some(Taken::Hidden)),
            ("impl<T> X<T> { fn here() {} } impl<T> X<T> { fn o() -> u8 { 2 * Self::HERE } }", Some(Taken::Hidden)),
            ("use a::*; fn here() {} fn other() { HERE.clear(); f(&HERE); let _ = HERE; }", None),
            ("use a::*; fn here() {} fn other<F: Fn(HERE), T: g<(HERE, u8)>>(x: fn(HERE, u8)) -> (HERE, u8) {}", None),
            ("use a::*; fn here() {} struct lower(HERE); enum Lower { lower(HERE), other }", None),
            ("use a::*; fn here() {} #[derive(HERE)] struct A; #[cfg(a)] const B: u8 = 2 * HERE;", None),
            ("use a::*; fn here() {} type A = B<\n    HERE, // first\n    HERE // second\n>;", None),
            ("use a::*; fn here() {} fn other() -> u8 { <HERE as u8>::A; <HERE as X>::B }", None),
            ("use a::*; fn here() {} fn other() { assert!(f(HERE)); }", None),
            ("use a::*; fn here() {} fn other() { x.HERE * 2; x.HERE as u8; f(x as X<u8, HERE, u8>); }", None),
            ("use a::*; fn here() {} fn other() { x - HERE::A; 2 * HERE::B; -HERE::C }", None),
            ("fn here() {} fn other() { a | HERE | b; match x { A | HERE | B => 1, | HERE | C => 2 }; }", None),
            ("fn here() {} trait X { fn other(HERE: u8); } type Y = fn(HERE: u8) -> u8;", None),
            ("fn here() {} fn other(x: impl Fn(HERE)) { Y { HERE: 1 }; f(|| HERE, |x| HERE); }", None),
            ("fn here() {} impl X for (u8, HERE) {} impl Y for HERE {}", None),
            (
                "impl X { fn here() {} } fn other() { f(X::HERE); let h = X::HERE; <X as Y>::HERE * 2; a::X::HERE * 2; }",
                None,
            ),
            (
                "impl X { fn here() {} } impl Y { fn other() -> u8 { Self::HERE * 2 } } mod b { const A: u8 = X::HERE * 2; }",
                None,
            ),
            ("use a::*; fn here() {} fn other() { use b::{self, HERE}; HERE * 2 }", None),
            ("use a::*; fn here() {} fn other() { const HERE: u8 = 1; HERE * 2 }", None),
            ("fn here() {} fn other() { use a::*; if x { HERE * 2 } }", None),
            ("use a::*; fn here() {} fn other(x: &dyn HERE, y: *const HERE) {} type A = HERE;", None),
            ("use a::*; fn here() {} mod b { fn other() -> f64 { HERE * 2.0 } }", None),
            ("fn here() {} // const HERE: u8 = 1;", None),
            ("fn here() {} const TEXT: &str = \"const HERE: u8\";", None),
            ("fn here() {} fn other<const HERE: usize, const M: usize>() {}", None),
            ("fn here() {} fn other<const M: usize, const HERE: usize>() {}", None),
            ("fn here() {} type P = *const HERE;", None),
            ("#[cfg(not(x))] const HERE: u8 = 1; fn here() {}", None),
            ("mod a { const HERE: u8 = 1; } fn here() {}", None),
            ("impl X { fn here() {} } impl Y { const HERE: u8 = 1; }", None),
            ("impl X { fn here() {} } #[cfg(a)] impl X { const HERE: u8 = 1; }", None),
            ("impl X { fn here() {} } impl Tr for X { const HERE: u8 = 1; }", None),
            ("impl X { fn here() {} } const HERE: u8 = 1;", None),
            ("impl Tr for X { fn here() {} const HERE: u8 = 1; }", None),
            ("enum Y { HERE } impl X { fn here() {} }", None),
            ("enum X { Other(HERE) } impl X { fn here() {} }", None),
            ("enum X { #[cfg(a)] HERE } impl X { fn here() {} }", None),
            ("mod a { enum X { HERE } } impl X { fn here() {} }", None),
            ("enum X { HERE } impl a::X { fn here() {} }", None),
            ("fn here() {} mod a { fn main() { let HERE = 1; } }", None),
            ("fn here() {} #[cfg(a)] fn main() { let HERE = 1; }", None),
            ("fn here() {} fn main() { quote! { let HERE = 1; } }", None),
            ("fn here() {} fn main() { let HERE(x) = y; let a::HERE = 1; let HERE::B = 1; }", None),
            ("mod a { fn here() {} } fn main() { let HERE = 1; }", None),
        ] {
            let around = around(text).unwrap_or_else(|| panic!("nothing is found in {text}"));
            assert_eq!(around.taken("HERE"), taken, "{text}");
        }
    }
}
