//! All items of a package in one row, those in modules and bodies too, with where they stand.

use std::collections::BTreeSet;

use quote::quote;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Item};

use super::files::{Source, is_for_tests};
use super::mentions::Mentions;

/// Where an item stands.
#[derive(Clone)]
pub(super) struct Context<'a> {
    pub(super) source: &'a Source,
    pub(super) place: String,
    /// The conditions that it is there by.
    pub(super) decided: BTreeSet<String>,
    /// The module for tests that it stands in.
    pub(super) test: Option<String>,
}

impl Context<'_> {
    /// What stands here is there only if these attributes say so.
    pub(super) fn is_under(&mut self, attrs: &[Attribute], module: &str) {
        let mut mentions = Mentions::default();
        mentions.add(quote!(#(#attrs)*), self.source.folder());
        self.decided.extend(mentions.decided);
        if self.test.is_none() && is_for_tests(attrs) {
            self.test = Some(module.to_owned());
        }
    }
}

/// All items among these and in them.
pub(super) fn flatten<'a>(items: &'a [Item], context: &Context<'a>, all: &mut Vec<(&'a Item, Context<'a>)>) {
    for item in items {
        add_flat(item, context, all);
    }
}

fn add_flat<'a>(item: &'a Item, context: &Context<'a>, all: &mut Vec<(&'a Item, Context<'a>)>) {
    all.push((item, context.clone()));
    let mut inside = context.clone();
    if let Item::Mod(item) = item {
        let name = item.ident.unraw().to_string();
        inside.is_under(&item.attrs, &name);
        inside.place = format!("{}::{name}", inside.place);
        flatten(item.content.as_ref().map_or(&[], |(_, content)| content), &inside, all);
        return;
    }
    let mut nested = Nested(Vec::new());
    visit::visit_item(&mut nested, item);
    for item in nested.0 {
        add_flat(item, &inside, all);
    }
}

/// The items in bodies.
struct Nested<'a>(Vec<&'a Item>);

impl<'a> Visit<'a> for Nested<'a> {
    fn visit_item(&mut self, item: &'a Item) {
        self.0.push(item);
    }
}
