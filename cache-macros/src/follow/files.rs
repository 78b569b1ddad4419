//! The files of a package.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Item, Lit, Meta};
use xxhash_rust::xxh3::Xxh3;

use super::mentions::Mentions;
use crate::attributes::{arguments, split};

/// Folders of a package that hold programs of their own.
const PARTS: [&str; 3] = ["tests", "benches", "examples"];

/// The part of a package that a file belongs to, if it is not what all others use.
pub(super) fn part_of(package: &Path, file: &Path) -> Option<&'static str> {
    let (package, file) = (real(package), real(file));
    let first = file.strip_prefix(package).ok()?.iter().next()?.to_owned();
    PARTS.into_iter().find(|part| first == **part)
}

/// A file that was read.
pub(super) struct Source {
    pub(super) file: PathBuf,
    /// Where it is in its package, for what is not told apart by name alone.
    pub(super) place: String,
    /// `Err` where it is of a form that is not known.
    pub(super) content: Result<syn::File, TokenStream>,
    /// It makes what the package is built from.
    pub(super) is_build_script: bool,
}

impl Source {
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(&self.file)
    }

    fn items(&self) -> &[Item] {
        self.content.as_ref().map_or(&[], |file| &file.items)
    }
}

/// What the declaration of a module says about the files of it.
pub(super) struct Gate {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    pub(super) attrs: Vec<Attribute>,
    pub(super) name: String,
}

impl Gate {
    pub(super) fn holds(&self, file: &Path) -> bool {
        self.files.iter().any(|own| own == file) || self.folders.iter().any(|folder| file.starts_with(folder))
    }
}

/// The files to read.
#[derive(Default)]
struct Files {
    waiting: Vec<PathBuf>,
    seen: HashSet<PathBuf>,
}

/// All sources of a package, for a function in this part and file of it.
pub(super) fn sources(package: &Path, part: Option<&str>, file: &Path) -> (Vec<Source>, Vec<Gate>) {
    let package = real(package);
    let mut files = Files::default();
    files.seen.insert(package.clone());
    files.add_content(&package, &|name| PARTS.iter().any(|other| name == *other && part != Some(*other)));
    // What a build script makes is for the package alone.
    let made = std::env::var_os("OUT_DIR").map(|made| real(Path::new(&made)));
    if let Some(made) = &made {
        files.add_folder(made);
    }
    // A crate may lie elsewhere than its manifest.
    if let Some(folder) = file.parent().filter(|_| !files.seen.contains(&real(file))) {
        files.add_folder(folder);
    }
    let (mut sources, mut gates) = (Vec::new(), Vec::new());
    while let Some(file) = files.waiting.pop() {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let content = syn::parse_file(&text).map_err(|_| text.parse().unwrap_or_default());
        let place = made.iter().chain([&package]).find_map(|folder| file.strip_prefix(folder).ok()).unwrap_or(&file);
        let place = place.with_extension("").to_string_lossy().into_owned();
        let is_build_script = place == "build" && file.starts_with(&package);
        let source = Source { file, place, content, is_build_script };
        look_through(source.items(), &source, &children(&source.file), &mut files, &mut gates);
        sources.push(source);
    }
    (sources, gates)
}

/// The folders in which the files of a file's modules may lie.
fn children(file: &Path) -> [PathBuf; 2] {
    let folder = file.parent().unwrap_or(file);
    // Roots of crates may have any name.
    [folder.to_owned(), folder.join(file.file_stem().unwrap_or_default())]
}

/// Looks for declarations of modules and for sources that are taken in.
fn look_through(items: &[Item], source: &Source, folders: &[PathBuf; 2], files: &mut Files, gates: &mut Vec<Gate>) {
    for item in items {
        match item {
            Item::Mod(item) => {
                let name = item.ident.to_string();
                let inside = folders.clone().map(|folder| folder.join(name.trim_start_matches("r#")));
                if let Some((_, content)) = &item.content {
                    // In such a module paths begin in its folder.
                    for path in content.iter().filter_map(path_of_module) {
                        for folder in folders {
                            files.add(&folder.join(&name).join(&path));
                        }
                    }
                    look_through(content, source, &inside, files, gates);
                    continue;
                }
                let given = path_of(&item.attrs).map(|path| source.folder().join(path));
                if let Some(given) = &given {
                    files.add(given);
                }
                let own = inside.iter().flat_map(|folder| [folder.with_extension("rs"), folder.join("mod.rs")]);
                let files = given.iter().map(|given| real(given)).chain(own).collect();
                gates.push(Gate { files, folders: inside.into(), attrs: item.attrs.clone(), name });
            }
            Item::Macro(item) if item.mac.path.is_ident("include") => {
                if let Some(path) = Mentions::path_taken_in(item.mac.tokens.clone()) {
                    files.add(&source.folder().join(path));
                }
            }
            _ => {}
        }
    }
}

fn path_of_module(item: &Item) -> Option<String> {
    match item {
        Item::Mod(item) => path_of(&item.attrs),
        _ => None,
    }
}

impl Files {
    fn add(&mut self, file: &Path) {
        let file = real(file);
        if file.is_file() && self.seen.insert(file.clone()) {
            self.waiting.push(file);
        }
    }

    /// Those in a folder, but not those of other packages and those that were built.
    fn add_folder(&mut self, folder: &Path) {
        // A link may lead back to where it is.
        if self.seen.insert(real(folder)) {
            self.add_content(folder, &|_| false);
        }
    }

    fn add_content(&mut self, folder: &Path, is_left_out: &dyn Fn(&str) -> bool) {
        let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (real(&entry.path()), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                let is_other = || path.join("Cargo.toml").exists() || path.join("CACHEDIR.TAG").exists();
                // What is around a folder is not in it, whatever a link says.
                let is_around = real(folder).starts_with(&path);
                if !name.starts_with('.') && !is_left_out(&name) && !is_around && !is_other() {
                    self.add_folder(&path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.add(&path);
            }
        }
    }
}

/// A hash of all files of a package, for what is taken in from a file whose name is not known.
pub(super) fn all_content(package: &Path) -> u128 {
    let mut hash = Xxh3::new();
    let (mut folders, mut seen) = (vec![real(package)], HashSet::new());
    while let Some(folder) = folders.pop().map(|folder| real(&folder)) {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let mut entries: Vec<_> = fs::read_dir(&folder).into_iter().flatten().flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let is_built = || path.join("CACHEDIR.TAG").exists();
            if entry.file_name().to_string_lossy().starts_with('.') {
            } else if path.is_dir() {
                folders.extend((!is_built()).then_some(path));
            } else if let Ok(content) = fs::read(&path) {
                hash.update(entry.file_name().as_encoded_bytes());
                hash.update(&content.len().to_le_bytes());
                hash.update(&content);
            }
        }
    }
    hash.digest128()
}

/// One name for one file.
pub(super) fn real(path: &Path) -> PathBuf {
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

/// Is what these attributes are on there for tests alone?
pub(super) fn is_for_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let Ok(list) = attr.meta.require_list() else { return false };
        let is_needed = |condition: &TokenStream| {
            let text = condition.to_string();
            text == "test"
                || text.starts_with("all") && {
                    let parts = arguments(condition).map(split).unwrap_or_default();
                    parts.iter().any(|part| part.to_string() == "test")
                }
        };
        attr.path().is_ident("cfg") && split(list.tokens.clone()).iter().any(is_needed)
    })
}
