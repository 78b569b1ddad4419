//! The items that a body reaches by name in its own crate: those that it names, and those that these name.
//!
//! The crate's files are read once per compilation and their items indexed by name. Which item a name means is not
//! found out: all of that name count. So too much may be followed, which costs a miss now and then, and never too
//! little of what has a name in these files. What cannot be found or read is left out, and is never an error.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta, TraitItem, Type, UseTree};

use crate::fingerprint::fingerprint;

thread_local! {
    /// By package: a server of macros sees several.
    static CRATES: RefCell<HashMap<PathBuf, Rc<Items>>> = RefCell::default();
}

/// The fingerprint of all that these tokens reach; `None` where no files can be found.
pub(crate) fn reached(from: &[TokenStream], function: Span) -> Option<u128> {
    // Elsewhere than in a macro there are no spans of a file.
    let file = if proc_macro::is_available() { function.unwrap().local_file()? } else { return None };
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    let known = CRATES.with_borrow(|crates| crates.get(&package).cloned());
    let items = known.unwrap_or_else(|| {
        let items = Rc::new(Items::of(&package, &file));
        CRATES.with_borrow_mut(|crates| crates.insert(package, Rc::clone(&items)));
        items
    });
    Some(items.reached_by(from))
}

/// The items of a crate.
#[derive(Default)]
struct Items {
    all: Vec<Found>,
    names: HashMap<String, usize>,
    /// By name.
    named: Vec<Vec<usize>>,
}

struct Found {
    fingerprint: u128,
    /// The names in it.
    mentions: Vec<usize>,
}

impl Items {
    fn of(package: &Path, file: &Path) -> Self {
        let mut items = Self::default();
        let mut files = Files::default();
        files.add_folder(package);
        // A crate may lie elsewhere than its manifest.
        if let Some(folder) = file.parent().filter(|_| !files.seen.contains(&real(file))) {
            files.add_folder(folder);
        }
        while let Some(file) = files.waiting.pop() {
            let Some(source) = fs::read_to_string(&file).ok().and_then(|text| syn::parse_file(&text).ok()) else {
                continue;
            };
            items.add_all(&source.items, &mut files, file.parent().unwrap_or(package));
        }
        items
    }

    fn name(&mut self, name: String) -> usize {
        let next = self.named.len();
        let number = *self.names.entry(name).or_insert(next);
        if number == next {
            self.named.push(Vec::new());
        }
        number
    }

    fn add(&mut self, names: impl IntoIterator<Item = String>, item: &impl ToTokens) {
        let tokens = item.to_token_stream();
        let mut mentioned = HashSet::new();
        mention(tokens.clone(), &mut mentioned);
        let mentions = mentioned.into_iter().map(|name| self.name(name)).collect();
        let number = self.all.len();
        self.all.push(Found { fingerprint: fingerprint([tokens]), mentions });
        for name in names {
            let name = self.name(name);
            self.named[name].push(number);
        }
    }

    fn add_all(&mut self, items: &[Item], files: &mut Files, folder: &Path) {
        for item in items {
            self.add_item(item, files, folder);
        }
    }

    fn add_item(&mut self, item: &Item, files: &mut Files, folder: &Path) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => match &item.ident {
                Some(name) => name,
                None => return,
            },
            Item::Mod(item) => {
                files.waiting.extend(path_of(&item.attrs).map(|path| folder.join(path)));
                if let Some((_, content)) = &item.content {
                    self.add_all(content, files, &folder.join(item.ident.to_string()));
                }
                return;
            }
            Item::Impl(item) => {
                for part in &item.items {
                    let name = match part {
                        ImplItem::Const(part) => &part.ident,
                        ImplItem::Fn(part) => &part.sig.ident,
                        ImplItem::Type(part) => &part.ident,
                        _ => continue,
                    };
                    self.add([name.to_string()], part);
                }
                // Items that are used without their names (an operator, a conversion, a drop) stand there.
                let of_type = match &*item.self_ty {
                    Type::Path(ty) => ty.path.segments.last().map(|last| last.ident.to_string()),
                    _ => None,
                };
                let of_trait =
                    item.trait_.as_ref().and_then(|(path, _)| path.segments.last()).map(|last| last.ident.to_string());
                self.add(of_type.into_iter().chain(of_trait), item);
                return;
            }
            Item::Trait(item) => {
                let parts = item.items.iter().filter_map(|part| match part {
                    TraitItem::Const(part) => Some(&part.ident),
                    TraitItem::Fn(part) => Some(&part.sig.ident),
                    TraitItem::Type(part) => Some(&part.ident),
                    _ => None,
                });
                let names = parts.chain([&item.ident]).map(ToString::to_string);
                self.add(names.collect::<Vec<_>>(), item);
                return;
            }
            Item::Use(item) => {
                let mut renamed = Vec::new();
                renames(&item.tree, &mut renamed);
                self.add(renamed, item);
                return;
            }
            _ => return,
        };
        self.add([name.to_string()], item);
    }

    fn reached_by(&self, from: &[TokenStream]) -> u128 {
        let mut mentioned = HashSet::new();
        for tokens in from {
            mention(tokens.clone(), &mut mentioned);
        }
        let mut waiting: Vec<usize> = mentioned.iter().filter_map(|name| self.names.get(name).copied()).collect();
        let mut seen = vec![false; self.named.len()];
        let mut reached = HashSet::new();
        while let Some(name) = waiting.pop() {
            if std::mem::replace(&mut seen[name], true) {
                continue;
            }
            for &item in &self.named[name] {
                if reached.insert(item) {
                    waiting.extend(self.all[item].mentions.iter().filter(|name| !seen[**name]));
                }
            }
        }
        // In an order that does not depend on where they stand.
        let mut fingerprints: Vec<u128> = reached.into_iter().map(|item| self.all[item].fingerprint).collect();
        fingerprints.sort_unstable();
        let bytes: Vec<u8> = fingerprints.into_iter().flat_map(u128::to_le_bytes).collect();
        xxhash_rust::xxh3::xxh3_128(&bytes)
    }
}

/// The files to read.
#[derive(Default)]
struct Files {
    waiting: Vec<PathBuf>,
    seen: HashSet<PathBuf>,
}

impl Files {
    /// Those in a folder, but not those of other packages and those that were built.
    fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_other = || path.join("Cargo.toml").exists() || path.join("CACHEDIR.TAG").exists();
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if path.is_dir() {
                if !is_hidden && !is_other() {
                    self.add_folder(&path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") && self.seen.insert(real(&path)) {
                self.waiting.push(path);
            }
        }
    }
}

/// One name for one file.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// `#[path = "…"]`
fn path_of(attrs: &[Attribute]) -> Option<String> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// The names that a `use` gives to what has another.
fn renames(tree: &UseTree, renamed: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => renames(&path.tree, renamed),
        UseTree::Rename(rename) => renamed.push(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| renames(tree, renamed)),
        UseTree::Name(_) | UseTree::Glob(_) => {}
    }
}

/// Adds all words of the tokens, also those inside of texts that format: `"{LIMIT}"`.
fn mention(tokens: TokenStream, mentioned: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                mentioned.insert(word.to_string());
            }
            TokenTree::Group(group) => mention(group.stream(), mentioned),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.contains('{') {
                    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                    mentioned.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}
