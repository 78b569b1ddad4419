//! What tokens mention: names, what the build decides, values of variables and contents of files.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};
use xxhash_rust::xxh3::xxh3_128;

use crate::attributes::{arguments, counted, split};
use crate::tokens::is_punct;

/// What is found in some tokens.
#[derive(Default)]
pub(super) struct Mentions {
    /// Those of members of types begin with a dot.
    pub(super) names: HashSet<String>,
    /// The conditions of `cfg`, without what combines them.
    pub(super) decided: BTreeSet<String>,
    /// Hashes of what is taken in when it is compiled.
    pub(super) taken_in: Vec<u128>,
    /// A file is taken in whose name is not known from here.
    pub(super) takes_in_anything: bool,
    /// The files that are being read.
    included: Vec<PathBuf>,
}

impl Mentions {
    /// Adds those of tokens in a file of this folder.
    pub(super) fn add(&mut self, tokens: TokenStream, folder: &Path) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut place = 0;
        while let Some(token) = tokens.get(place) {
            place += 1;
            match token {
                TokenTree::Ident(word) => {
                    if self.word(word, &tokens[..place - 1], &tokens[place..], folder) {
                        place += 2;
                    }
                }
                TokenTree::Group(group) => self.add(group.stream(), folder),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    // A text that formats names what it shows.
                    if text.contains('{') {
                        self.words_of(&text);
                    }
                }
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    let is_inner = tokens.get(place).is_some_and(|next| is_punct(next, '!'));
                    if let Some(TokenTree::Group(group)) = tokens.get(place + usize::from(is_inner)) {
                        place += 1 + usize::from(is_inner);
                        self.attribute(group.stream(), folder);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// The path in a call of a macro that takes a file in.
    pub(super) fn path_taken_in(given: TokenStream) -> Option<String> {
        evaluate(given)
    }

    /// Is all said by it that a call of the macro of this name says?
    fn word(&mut self, word: &Ident, before: &[TokenTree], behind: &[TokenTree], folder: &Path) -> bool {
        let is = |token: Option<&TokenTree>, mark| token.is_some_and(|token| is_punct(token, mark));
        let [last, but_one, third] = [1, 2, 3].map(|back| before.len().checked_sub(back).map(|place| &before[place]));
        // `'name`, `$name`, and what names nothing.
        if is(last, '\'') || is(last, '$') || is_keyword(word) {
            return false;
        }
        let name = word.unraw().to_string();
        let is_whole = match behind {
            [mark, TokenTree::Group(group), ..] if is_punct(mark, '!') => self.call(&name, group.stream(), folder),
            _ => false,
        };
        let [next, next_but_one] = [behind.first(), behind.get(1)];
        let is_type = name.starts_with(char::is_uppercase);
        let is_path = is(next, ':') && is(next_but_one, ':');
        // Behind others the name is that of an item too, or there may be a type.
        let is_defined = matches!(last, Some(TokenTree::Ident(word)) if word == "fn" || word == "type");
        // Before a colon stands a field or a parameter; before an equals sign in `<…>` what a trait has.
        let is_label = !is_type && is(next, ':') && !is_path
            || is_type && is(next, '=') && !is(next_but_one, '=') && (is(last, '<') || is(last, ','));
        if is(last, '.') && !is(but_one, '.') {
            // A field is not an item.
            if is_path || matches!(next, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis) {
                self.names.insert(format!(".{name}"));
            }
        } else if is(last, ':') && is(but_one, ':') {
            // Of a type, of a module, or of a type whose name is written as that of a module.
            self.names.insert(format!(".{name}"));
            let is_of_type = match third {
                Some(TokenTree::Ident(of)) => {
                    let of = of.to_string();
                    of.starts_with(char::is_uppercase) || PRIMITIVES.contains(&of.as_str())
                }
                third => is(third, '>'),
            };
            if !is_of_type {
                self.names.insert(name);
            }
        } else if !is_defined && !is_label {
            self.names.insert(name);
        }
        is_whole
    }

    /// A call of a macro that takes in what is there when it is compiled.
    fn call(&mut self, name: &str, given: TokenStream, folder: &Path) -> bool {
        match name {
            "cfg" => self.decide(given),
            "env" | "option_env" => {
                let variable = split(given).into_iter().next().and_then(evaluate);
                let value = variable.map(|variable| (env::var(&variable).ok(), variable));
                self.taken_in.push(xxh3_128(format!("{value:?}").as_bytes()));
            }
            "include" | "include_str" | "include_bytes" => match evaluate(given) {
                Some(file) => self.file(&folder.join(file), name == "include"),
                None => self.takes_in_anything = true,
            },
            _ => return false,
        }
        true
    }

    fn file(&mut self, file: &Path, is_source: bool) {
        let Ok(content) = fs::read(file) else { return };
        self.taken_in.push(xxh3_128(&content));
        if is_source && !self.included.iter().any(|included| included == file) {
            let tokens = String::from_utf8(content).ok().and_then(|text| text.parse().ok());
            self.included.push(file.to_owned());
            self.add(tokens.unwrap_or_default(), file.parent().unwrap_or(file));
            self.included.pop();
        }
    }

    fn attribute(&mut self, content: TokenStream, folder: &Path) {
        let Some(content) = counted(content) else { return };
        let first = content.clone().into_iter().next().map(|word| word.to_string()).unwrap_or_default();
        match first.as_str() {
            // What is derived for a type uses that of the types in it.
            "derive" => {}
            "cfg" => self.decide(arguments(&content).unwrap_or_default()),
            "cfg_attr" => {
                let mut parts = split(arguments(&content).unwrap_or_default()).into_iter();
                self.decide(parts.next().unwrap_or_default());
                parts.for_each(|part| self.attribute(part, folder));
            }
            _ => {
                self.texts_of(&content);
                self.add(content, folder);
            }
        }
    }

    /// The words in texts: some attributes hold paths in them. `with = "module"` names functions in there.
    fn texts_of(&mut self, content: &TokenStream) {
        for token in content.clone() {
            match token {
                TokenTree::Group(group) => self.texts_of(&group.stream()),
                TokenTree::Literal(literal) if literal.to_string().contains('"') => self.words_of(&literal.to_string()),
                TokenTree::Ident(word) if word == "with" => {
                    self.names.extend(["serialize", "deserialize"].map(str::to_owned));
                }
                _ => {}
            }
        }
    }

    fn words_of(&mut self, text: &str) {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|word| !word.is_empty()) {
            self.names.extend([word.to_owned(), format!(".{word}")]);
        }
    }

    /// Adds the conditions that others combine.
    pub(super) fn decide(&mut self, conditions: TokenStream) {
        for condition in split(conditions) {
            match condition.clone().into_iter().collect::<Vec<_>>().as_slice() {
                [TokenTree::Ident(_), TokenTree::Group(group)] => self.decide(group.stream()),
                [TokenTree::Ident(_)] => drop(self.decided.insert(condition.to_string())),
                [TokenTree::Ident(_), is, TokenTree::Literal(_)] if is_punct(is, '=') => {
                    self.decided.insert(condition.to_string());
                }
                _ => {}
            }
        }
    }
}

pub(super) const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8",
    "usize",
];

/// Is it a word of the language, and not a name?
pub(super) fn is_keyword(word: &Ident) -> bool {
    const KEYWORDS: [&str; 40] = [
        "_", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
        "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
        "self", "Self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
    ];
    KEYWORDS.iter().any(|keyword| word == keyword)
}

/// The text that these tokens stand for when they are compiled.
fn evaluate(tokens: TokenStream) -> Option<String> {
    if let Ok(text) = syn::parse2::<LitStr>(tokens.clone()) {
        return Some(text.value());
    }
    match tokens.into_iter().filter(|token| !is_punct(token, ',')).collect::<Vec<_>>().as_slice() {
        [TokenTree::Ident(name), mark, TokenTree::Group(group)] if is_punct(mark, '!') => {
            if name == "concat" {
                split(group.stream()).into_iter().map(evaluate).collect()
            } else if name == "env" {
                env::var(evaluate(split(group.stream()).into_iter().next()?)?).ok()
            } else {
                None
            }
        }
        [TokenTree::Literal(literal)] => {
            let text = syn::parse2::<LitStr>(literal.to_token_stream());
            Some(text.map_or_else(|_| literal.to_string(), |text| text.value()))
        }
        _ => None,
    }
}
