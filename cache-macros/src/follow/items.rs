//! The items of a package, by the names that they are used by.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{ForeignItem, Ident, ImplItem, Item, ItemImpl, ItemMacro, TraitItem};

use super::files::{Gate, sources};
use super::flat::{Context, flatten};
use super::locals::without_locals;
use super::mentions::Mentions;
use super::names::{Known, arguments_of, defined, imports, last_of, words};
use crate::fingerprint::fingerprint;

/// The items of a package.
#[derive(Default)]
pub(super) struct Items {
    pub(super) package: PathBuf,
    pub(super) all: Vec<Found>,
    /// Numbers for names.
    pub(super) names: HashMap<String, usize>,
    /// By name, what has it.
    pub(super) named: Vec<Vec<usize>>,
    /// By name, what can only be used by those who name that too.
    pub(super) conditional: Vec<Vec<usize>>,
    /// How many items cannot be told apart but by their place.
    pub(super) alike: HashMap<String, usize>,
    /// The modules for tests that something else names.
    pub(super) named_modules: HashSet<usize>,
    /// What is around members: their names, their files, and the names around them.
    pub(super) around: Vec<(String, PathBuf, Vec<usize>)>,
}

/// An item, or a part of one that has a name of its own.
pub(super) struct Found {
    pub(super) fingerprint: u128,
    pub(super) place: u128,
    /// What it has in common with others that only their place tells from it.
    pub(super) alike: String,
    pub(super) names: Vec<usize>,
    /// It is used only where one of these is named; none if it may be used anywhere.
    pub(super) only_with: Vec<usize>,
    pub(super) mentions: Vec<usize>,
    pub(super) decided: BTreeSet<String>,
    pub(super) takes_in_anything: bool,
    /// The module for tests that it stands in, by name.
    pub(super) test: Option<usize>,
    pub(super) file: PathBuf,
    pub(super) is_build_script: bool,
}

/// One item, or what is to be known of a part of one.
struct Entry<'a> {
    names: Vec<String>,
    only_with: Vec<String>,
    alike: String,
    tokens: TokenStream,
    /// What of it mentions others.
    telling: TokenStream,
    context: &'a Context<'a>,
}

impl Items {
    pub(super) fn of(package: &Path, part: Option<&str>, file: &Path) -> Self {
        let (sources, gates) = sources(package, part, file);
        let mut all = Vec::new();
        for source in &sources {
            let mut context = Context { source, place: source.place.clone(), decided: BTreeSet::new(), test: None };
            for Gate { attrs, name, .. } in gates.iter().filter(|gate| gate.holds(&source.file)) {
                context.is_under(attrs, name);
            }
            if let Ok(content) = &source.content {
                context.is_under(&content.attrs, "");
                flatten(&content.items, &context, &mut all);
            }
        }
        let files = sources.iter().filter_map(|source| Some(source.file.file_stem()?.to_string_lossy().into_owned()));
        let folders = sources.iter().filter_map(|source| Some(source.folder().file_name()?.to_string_lossy().into()));
        let known = Known::of(all.iter().map(|(item, _)| *item), files.chain(folders));
        let mut items = Self { package: package.to_owned(), ..Self::default() };
        for (item, context) in &all {
            items.add_item(item, context, &known);
        }
        for source in &sources {
            if let Err(tokens) = &source.content {
                let context = Context { source, place: source.place.clone(), decided: BTreeSet::new(), test: None };
                items.add_unknown(tokens, &context);
            }
        }
        for gate in gates {
            items.add_place_of_module(&gate);
        }
        let shown = |found: &Found| found.test.is_none().then_some(found.mentions.clone());
        let named: Vec<_> = items.all.iter().filter_map(shown).flatten().collect();
        items.named_modules.extend(named);
        items
    }

    /// A declaration that says where the files of a module are.
    fn add_place_of_module(&mut self, gate: &Gate) {
        let attrs = &gate.attrs;
        let is_elsewhere = attrs.iter().any(|attr| attr.path().is_ident("path"));
        if is_elsewhere {
            let tokens = quote!(#(#attrs)*);
            let name = self.name(&gate.name);
            let number = self.all.len();
            self.named[name].push(number);
            self.all.push(Found {
                fingerprint: fingerprint([tokens]),
                place: 0,
                alike: String::new(),
                names: vec![name],
                only_with: Vec::new(),
                mentions: Vec::new(),
                decided: BTreeSet::new(),
                takes_in_anything: false,
                test: None,
                file: PathBuf::new(),
                is_build_script: false,
            });
        }
    }

    fn name(&mut self, name: &str) -> usize {
        if let Some(&number) = self.names.get(name) {
            return number;
        }
        let number = self.named.len();
        self.names.insert(name.to_owned(), number);
        self.named.push(Vec::new());
        self.conditional.push(Vec::new());
        number
    }

    fn add(&mut self, entry: Entry<'_>) {
        let Entry { names, only_with, alike, tokens, telling, context } = entry;
        let mut mentions = Mentions::default();
        mentions.add(telling, context.source.folder());
        let mut decided = mentions.decided;
        decided.extend(context.decided.iter().cloned());
        let taken_in = mentions.taken_in.iter().map(ToTokens::to_token_stream);
        let number = self.all.len();
        let numbers = |items: &mut Self, names: &mut dyn Iterator<Item = String>| {
            names.map(|name| items.name(&name)).collect::<Vec<_>>()
        };
        let found = Found {
            fingerprint: fingerprint([tokens].into_iter().chain(taken_in)),
            place: xxhash_rust::xxh3::xxh3_128(context.place.as_bytes()),
            names: numbers(self, &mut names.into_iter()),
            only_with: numbers(self, &mut only_with.into_iter()),
            mentions: numbers(self, &mut mentions.names.into_iter()),
            decided,
            takes_in_anything: mentions.takes_in_anything,
            test: context.test.as_ref().map(|module| self.name(module)),
            file: context.source.file.clone(),
            is_build_script: context.source.is_build_script,
            alike,
        };
        *self.alike.entry(found.alike.clone()).or_default() += 1;
        found.names.iter().for_each(|&name| self.named[name].push(number));
        found.only_with.iter().for_each(|&name| self.conditional[name].push(number));
        self.all.push(found);
    }

    fn add_whole(&mut self, names: Vec<String>, item: &impl ToTokens, telling: &impl ToTokens, context: &Context<'_>) {
        let (tokens, telling) = (item.to_token_stream(), telling.to_token_stream());
        let alike = names.first().cloned().unwrap_or_default();
        self.add(Entry { names, only_with: Vec::new(), alike, telling, tokens, context });
    }

    /// What may give any of its words to something.
    fn add_unknown(&mut self, tokens: &TokenStream, context: &Context<'_>) {
        let names = words(tokens, &syn::Generics::default()).into_iter().flat_map(of_member).collect();
        self.add_whole(names, tokens, tokens, context);
    }

    fn add_item(&mut self, item: &Item, context: &Context<'_>, known: &Known) {
        let whole = item;
        let ident = match item {
            Item::Const(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::TraitAlias(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Enum(item) => {
                let own = item.ident.unraw().to_string();
                let is_open = known.has_open_variants(&own);
                let variants = item.variants.iter().filter(|_| is_open).map(|variant| &variant.ident);
                let names: Vec<_> = [&item.ident].into_iter().chain(variants).map(text).collect();
                return self.add_whole(names, item, item, context);
            }
            Item::Macro(item) => return self.add_macro(item, context, known),
            Item::Impl(whole) => {
                if let Item::Impl(telling) = without_locals(item) {
                    self.add_impl(whole, &telling.items, context, known);
                }
                return;
            }
            Item::Trait(item) => {
                let parts = item.items.iter().filter_map(|part| match part {
                    TraitItem::Const(part) => Some(&part.ident),
                    TraitItem::Fn(part) => Some(&part.sig.ident),
                    TraitItem::Type(part) => Some(&part.ident),
                    _ => None,
                });
                let own = text(&item.ident);
                let parts: Vec<_> = parts.map(text).collect();
                let number = self.name(&own);
                for part in &parts {
                    self.around.push((part.clone(), context.source.file.clone(), vec![number]));
                }
                let parts = parts.into_iter().map(|part| format!(".{part}"));
                let names: Vec<_> = [own.clone()].into_iter().chain(parts).collect();
                let (tokens, generics, bounds) = (item.to_token_stream(), &item.generics, &item.supertraits);
                let clause = &generics.where_clause;
                let parts = match without_locals(whole) {
                    Item::Trait(item) => item.items,
                    _ => item.items.clone(),
                };
                // Not its own name: who uses a method of it on a type does not use those of other types.
                let telling = quote!(#generics #bounds #clause #(#parts)*);
                return self.add(Entry { names, only_with: Vec::new(), alike: own, tokens, telling, context });
            }
            Item::Use(item) => {
                for import in imports(&item.tree) {
                    if context.test.is_none() {
                        let named: Vec<_> = import.path.iter().map(|module| self.name(module)).collect();
                        self.named_modules.extend(named);
                    }
                    let (path, own) = (import.path.join("::"), import.name.clone());
                    // Which of several items a name means is said here, for who stands here.
                    let place = &context.place;
                    let attrs = &item.attrs;
                    let tokens = quote!(#(#attrs)* #own #path #place);
                    let renamed = import.is_renamed.then(|| import.path.last().cloned()).flatten();
                    let telling = renamed.map(|name| quote::format_ident!("{name}").to_token_stream());
                    let names = vec![own.unwrap_or_else(|| "*".to_owned())];
                    let telling = telling.unwrap_or_default();
                    self.add(Entry { names, only_with: Vec::new(), alike: String::new(), tokens, telling, context });
                }
                return;
            }
            Item::ForeignMod(item) => {
                let names = item.items.iter().filter_map(|part| match part {
                    ForeignItem::Fn(part) => Some(text(&part.sig.ident)),
                    ForeignItem::Static(part) => Some(text(&part.ident)),
                    _ => None,
                });
                return self.add_whole(names.collect(), item, item, context);
            }
            Item::Verbatim(tokens) => return self.add_unknown(tokens, context),
            _ => return,
        };
        self.add_whole(vec![text(ident)], item, &without_locals(item), context);
    }

    fn add_macro(&mut self, item: &ItemMacro, context: &Context<'_>, known: &Known) {
        let given = &item.mac.tokens;
        let name = last_of(&item.mac.path);
        let names: Vec<_> = match &item.ident {
            Some(own) => {
                // What it gives a name to is used by that, and is made by one of its calls.
                let (own, made) = (text(own), defined(given).into_iter().flat_map(of_member).collect());
                let calls = Literal::string(&format!("{{{}", in_calls(&own)));
                let alike = own.clone();
                let (tokens, telling) = (item.to_token_stream(), quote!(#given #calls));
                self.add(Entry { names: made, only_with: Vec::new(), alike, tokens, telling, context });
                vec![own]
            }
            None if name == "include" => return,
            None => {
                let given = known.made_by(&name, given).into_iter().flat_map(of_member);
                [in_calls(&name)].into_iter().chain(given).collect()
            }
        };
        self.add_whole(names, item, item, context);
    }

    /// `parts` are its items without local names.
    fn add_impl(&mut self, item: &ItemImpl, parts: &[ImplItem], context: &Context<'_>, known: &Known) {
        let ItemImpl { attrs, generics, self_ty, trait_, .. } = item;
        let clause = &generics.where_clause;
        let (path, arguments) =
            (trait_.as_ref().map(|(path, _)| path), trait_.as_ref().map(|(path, _)| arguments_of(path)));
        let header = quote!(#(#attrs)* impl #generics #path for #self_ty #clause);
        // Not the trait's name, for others have it too.
        let telling = quote!(#(#attrs)* #generics #arguments #self_ty #clause);
        let own_type = self_ty.to_token_stream();
        let around: Vec<_> = words(&telling, generics).iter().map(|word| self.name(word)).collect();
        let is_whole = path.is_some_and(|path| !known.is_own_trait(path));
        for (part, without_locals) in item.items.iter().zip(parts) {
            let name = match part {
                ImplItem::Const(part) => text(&part.ident),
                ImplItem::Fn(part) => text(&part.sig.ident),
                ImplItem::Type(part) => text(&part.ident),
                _ => String::new(),
            };
            self.around.push((name.clone(), context.source.file.clone(), around.clone()));
            if is_whole {
                continue;
            }
            // A member is used by its name, and by who got at its type or its trait by theirs.
            let only_with = known.types_in(&own_type, generics).unwrap_or_else(|| {
                // Without a trait it is a type of this package, which a macro made.
                let is_made = path.is_none() && !known.has_alias(&own_type, generics);
                if is_made { words(&own_type, generics) } else { Vec::new() }
            });
            let by_trait = path.filter(|_| !only_with.is_empty()).map(last_of);
            let only_with = only_with.into_iter().chain(by_trait).collect();
            let names = if name.is_empty() { words(&part.to_token_stream(), generics) } else { vec![name.clone()] };
            self.add(Entry {
                names: names.into_iter().map(|name| format!(".{name}")).collect(),
                only_with,
                alike: format!("{header} {name}"),
                tokens: quote!(#header { #part }),
                telling: quote!(#telling { #without_locals }),
                context,
            });
        }
        if is_whole {
            // Operators, conversions, drops and the like are used without a name; some of these types is named.
            let words_of_types = quote!(#own_type #arguments);
            let types = known.types_in(&words_of_types, generics);
            let types = types.unwrap_or_else(|| words(&words_of_types, generics));
            let names = types.into_iter().chain(path.map(last_of)).collect();
            self.add(Entry {
                names,
                only_with: Vec::new(),
                alike: header.to_string(),
                tokens: item.to_token_stream(),
                telling: quote!(#telling { #(#parts)* }),
                context,
            });
        } else if let Some(path) = path {
            // That the type has the trait may decide which method is meant.
            let names = vec![last_of(path)];
            let alike = header.to_string();
            self.add(Entry { names, only_with: Vec::new(), alike, tokens: header, telling: quote!(), context });
        }
    }
}

/// The name by which all calls of a macro among items are reached.
fn in_calls(name: &str) -> String {
    format!("calls_of_{name}")
}

/// The names of what may be a method: in a path, and behind a dot.
fn of_member(name: String) -> [String; 2] {
    let called = format!(".{name}");
    [name, called]
}

fn text(ident: &Ident) -> String {
    ident.unraw().to_string()
}
