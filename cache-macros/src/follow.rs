//! The items that a body reaches by name in its own package: those that it names, and those that these name.
//!
//! The package's files are read once per compilation and their items indexed by name. Which item a name means is not
//! found out: all of that name count, members of types if their types are named as well. So too much may be followed,
//! which costs a miss now and then, and never too little of what has a name in these files. What cannot be found or
//! read is left out, and is never an error.

mod decided;
#[cfg(test)]
mod edits;
mod files;
mod flat;
mod items;
mod locals;
mod mentions;
mod names;
mod reach;
#[cfg(test)]
mod share;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Item, ItemFn, Signature};

pub(crate) use self::decided::ALWAYS_DECIDED;
use self::files::part_of;
use self::items::Items;
use self::locals::without_locals;
use self::mentions::Mentions;
use self::reach::{Reach, Root};
use crate::value::FollowCalls;

type Package = (PathBuf, Option<&'static str>);

thread_local! {
    /// By package, and by what of it is seen: a server of macros sees several.
    static PACKAGES: RefCell<HashMap<Package, Rc<Items>>> = RefCell::default();
}

/// What a function depends on besides its arguments and its own tokens.
#[derive(Default)]
pub(crate) struct Followed {
    /// `None` where there are no files, or none are asked for.
    pub(crate) fingerprint: Option<u128>,
    /// The conditions of `cfg` that it depends on.
    pub(crate) decided: Vec<TokenStream>,
}

/// What a function depends on, and tokens that belong to it.
pub(crate) fn follow(sig: &Signature, body: &TokenStream, beside: &TokenStream, extent: FollowCalls) -> Followed {
    let tokens = &[telling(quote!(#sig { #body })), beside.clone()];
    let function = &sig.ident;
    let reach = if extent == FollowCalls::No { None } else { reached(tokens, function, extent) };
    let Some(Reach { fingerprint, decided, .. }) = reach else {
        let mut own = Mentions::default();
        let file = file_of(function).unwrap_or_default();
        let folder = file.parent().unwrap_or(&file);
        for tokens in tokens {
            own.add(tokens.clone(), folder);
        }
        let taken_in = own.taken_in.into_iter().flat_map(u128::to_le_bytes).collect::<Vec<_>>();
        let fingerprint = (!taken_in.is_empty()).then(|| xxhash_rust::xxh3::xxh3_128(&taken_in));
        return Followed { fingerprint, decided: decided::conditions(own.decided) };
    };
    Followed { fingerprint: Some(fingerprint), decided: decided::conditions(decided) }
}

/// A function without the names that are bound in it, if it can be read.
fn telling(function: TokenStream) -> TokenStream {
    let item = syn::parse2::<ItemFn>(function.clone()).map(|function| without_locals(&Item::Fn(function)));
    item.map_or(function, |item| item.to_token_stream())
}

fn file_of(function: &Ident) -> Option<PathBuf> {
    // Elsewhere than in a macro there are no spans of a file.
    if proc_macro::is_available() { function.span().unwrap().local_file() } else { None }
}

fn reached(tokens: &[TokenStream], function: &Ident, extent: FollowCalls) -> Option<Reach> {
    let file = file_of(function)?;
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    let part = part_of(&package, &file);
    let seen = (package, part);
    let known = PACKAGES.with_borrow(|packages| packages.get(&seen).cloned());
    let items = known.unwrap_or_else(|| {
        let items = Rc::new(Items::of(&seen.0, part, &file));
        PACKAGES.with_borrow_mut(|packages| packages.insert(seen, Rc::clone(&items)));
        items
    });
    let name = function.unraw().to_string();
    let root = Root { tokens, name: &name, file: &file };
    Some(if extent == FollowCalls::Package { items.package(&root) } else { items.reached_by(&root) })
}
