//! What names stand for, as far as items say it: which are types, and which come from elsewhere.

use std::collections::HashSet;

use super::mentions::{PRIMITIVES, is_keyword};
use crate::tokens::is_punct;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{GenericParam, Generics, Item, Path, UseTree};

/// Traits that are used without being named; one of a package's own by such a name may not be what is meant.
const IMPLICIT: [&str; 14] = [
    "Add", "Clone", "Debug", "Default", "Deref", "Display", "Drop", "Error", "From", "Index", "Into", "Iterator",
    "Mul", "Sub",
];

/// What one name of a `use` is.
pub(super) struct Import {
    /// `None` for all that is there.
    pub(super) name: Option<String>,
    pub(super) is_renamed: bool,
    pub(super) path: Vec<String>,
}

/// The names in a `use`.
pub(super) fn imports(tree: &UseTree) -> Vec<Import> {
    fn walk(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<Import>) {
        let mut import = |name: Option<String>, last: Option<String>, is_renamed| {
            let path = path.iter().cloned().chain(last).collect();
            found.push(Import { name, is_renamed, path });
        };
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.unraw().to_string());
                walk(&inner.tree, path, found);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, path, found)),
            UseTree::Name(name) => {
                let name = name.ident.unraw().to_string();
                // `a::{self}` is `a`.
                let named = if name == "self" { path.last().cloned() } else { Some(name.clone()) };
                import(named, (name != "self").then_some(name), false);
            }
            UseTree::Rename(rename) => {
                let name = rename.rename.unraw().to_string();
                import(Some(name), Some(rename.ident.unraw().to_string()), true);
            }
            UseTree::Glob(_) => import(None, None, false),
        }
    }
    let mut found = Vec::new();
    walk(tree, &mut Vec::new(), &mut found);
    found
}

/// The names of a package by what they are names of.
#[derive(Default)]
pub(super) struct Known {
    types: HashSet<String>,
    traits: HashSet<String>,
    modules: HashSet<String>,
    /// Other names of types.
    aliases: HashSet<String>,
    /// What `use` looks into: modules, and types whose variants it names.
    looked_into: HashSet<String>,
    foreign: HashSet<String>,
    macros: HashSet<String>,
}

impl Known {
    pub(super) fn of<'a>(items: impl Iterator<Item = &'a Item> + Clone, files: impl Iterator<Item = String>) -> Self {
        let mut known = Self { modules: files.collect(), ..Self::default() };
        for item in items.clone() {
            if let Item::Macro(item) = item {
                known.macros.extend(item.ident.as_ref().map(|name| name.unraw().to_string()));
            }
            let (names, ident) = match item {
                Item::Enum(item) => (&mut known.types, &item.ident),
                Item::Struct(item) => (&mut known.types, &item.ident),
                Item::Union(item) => (&mut known.types, &item.ident),
                Item::Trait(item) => (&mut known.traits, &item.ident),
                Item::Type(item) => (&mut known.aliases, &item.ident),
                Item::Mod(item) => (&mut known.modules, &item.ident),
                _ => continue,
            };
            names.insert(ident.unraw().to_string());
        }
        known.modules.extend(["crate", "self", "super", "Self"].map(str::to_owned));
        known.modules.extend(std::env::var("CARGO_PKG_NAME").map(|name| name.replace('-', "_")));
        for item in items {
            let Item::Use(item) = item else { continue };
            for import in imports(&item.tree) {
                let behind = usize::from(import.name.is_some());
                let around = &import.path[..import.path.len().saturating_sub(behind)];
                known.looked_into.extend(around.iter().cloned());
                let is_own = import.path.first().is_some_and(|first| known.is_own(first));
                if import.is_renamed {
                    known.aliases.extend(import.path.last().cloned().into_iter().chain(import.name));
                } else if !is_own {
                    known.foreign.extend(import.name);
                }
            }
        }
        known
    }

    fn is_own(&self, first: &str) -> bool {
        self.modules.contains(first) || self.types.contains(first)
    }

    /// Can the variants of this type be named without it?
    pub(super) fn has_open_variants(&self, name: &str) -> bool {
        self.looked_into.contains(name) || self.aliases.contains(name)
    }

    /// Is this a trait of this package for sure, whose items are used by their names alone?
    pub(super) fn is_own_trait(&self, path: &Path) -> bool {
        let Some(last) = path.segments.last().map(|last| last.ident.unraw().to_string()) else { return false };
        let first = path.segments.first().map(|first| first.ident.unraw().to_string()).unwrap_or_default();
        self.traits.contains(&last)
            && !IMPLICIT.contains(&last.as_str())
            && !self.foreign.contains(&last)
            && (path.segments.len() == 1 || self.is_own(&first))
    }

    /// The names that a call of a macro among items may make, or make something of.
    pub(super) fn made_by(&self, macro_name: &str, given: &TokenStream) -> Vec<String> {
        // Those of other crates that make items are given them much as they are written.
        let defined = defined(given);
        if !self.macros.contains(macro_name) && !defined.is_empty() {
            return defined;
        }
        let is_own = |word: &str| self.types.contains(word) || self.traits.contains(word);
        // What comes from elsewhere has its name already; what is done for it is named in the macro.
        let is_known = |word: &str| {
            let is_parameter = word.len() == 1 && word.starts_with(char::is_uppercase);
            is_parameter || PRELUDE.contains(&word) || self.foreign.contains(word)
        };
        words(given, &Generics::default()).into_iter().filter(|word| is_own(word) || !is_known(word)).collect()
    }

    /// May these tokens name a type by another name than its own?
    pub(super) fn has_alias(&self, tokens: &TokenStream, generics: &Generics) -> bool {
        words(tokens, generics).iter().any(|word| self.aliases.contains(word))
    }

    /// The names of this package's types in these tokens, by one of which whoever uses them must have come; `None` if
    /// there may be others.
    pub(super) fn types_in(&self, tokens: &TokenStream, generics: &Generics) -> Option<Vec<String>> {
        if self.has_alias(tokens, generics) {
            return None;
        }
        let words = words(tokens, generics);
        let is_type = |word: &String| self.types.contains(word) || self.traits.contains(word);
        let types: Vec<_> = words.into_iter().filter(is_type).collect();
        (!types.is_empty()).then_some(types)
    }
}

const PRELUDE: [&str; 32] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "Vec",
];

/// All words but those of generic parameters.
pub(super) fn words(tokens: &TokenStream, generics: &Generics) -> Vec<String> {
    fn collect(tokens: TokenStream, words: &mut Vec<String>) {
        let mut is_other = false;
        for token in tokens {
            match &token {
                TokenTree::Ident(word) if !is_other && !is_keyword(word) => words.push(word.unraw().to_string()),
                TokenTree::Group(group) => collect(group.stream(), words),
                _ => {}
            }
            // `'name` and `$name` are no names of items.
            is_other = is_punct(&token, '\'') || is_punct(&token, '$');
        }
    }
    let mut words = Vec::new();
    collect(tokens.clone(), &mut words);
    let is_parameter = |word: &String| {
        generics.params.iter().any(|param| match param {
            GenericParam::Type(param) => param.ident == word,
            GenericParam::Const(param) => param.ident == word,
            GenericParam::Lifetime(param) => param.lifetime.ident == word,
        })
    };
    words.retain(|word| !is_parameter(word) && !PRIMITIVES.contains(&word.as_str()));
    words
}

/// The names that these tokens may give to something: those behind a word that defines.
pub(super) fn defined(tokens: &TokenStream) -> Vec<String> {
    const DEFINES: [&str; 10] = ["const", "enum", "fn", "mod", "pub", "static", "struct", "trait", "type", "union"];
    let mut names = Vec::new();
    let (mut before, mut is_lifetime) = (false, false);
    for token in tokens.clone() {
        let is_behind_mark = std::mem::replace(&mut is_lifetime, is_punct(&token, '\''));
        match token {
            TokenTree::Ident(_) if is_behind_mark => {}
            TokenTree::Ident(word) => {
                let text = word.unraw().to_string();
                if before
                    && !matches!(
                        text.as_str(),
                        "mut"
                            | "ref"
                            | "fn"
                            | "unsafe"
                            | "const"
                            | "static"
                            | "struct"
                            | "enum"
                            | "type"
                            | "trait"
                            | "mod"
                            | "async"
                            | "extern"
                    )
                {
                    names.push(text);
                    before = false;
                } else {
                    before = before || DEFINES.contains(&text.as_str());
                }
            }
            TokenTree::Group(group) => {
                names.extend(defined(&group.stream()));
                before = false;
            }
            _ => before = false,
        }
    }
    names
}

/// A path's last name.
pub(super) fn last_of(path: &Path) -> String {
    path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default()
}

/// What stands in the brackets of a path's last segment.
pub(super) fn arguments_of(path: &Path) -> TokenStream {
    path.segments.last().map(|last| last.arguments.to_token_stream()).unwrap_or_default()
}
