//! The attributes of [`cache-runtime`](https://docs.rs/cache-runtime), which re-exports them: depend on that crate.
//!
//! The stages stand in files of their own, in the order they run: `groups` tidies up, `input` and `options` parse,
//! `plan` decides and checks, `codegen` writes the expansion and cannot fail.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::input::Input;
use crate::kind::Kind;
use crate::options::Options;

// From the bottom: each uses only those above it in this list, and a test holds that.

mod errors;

mod kind;

mod quantity;

mod tokens;

mod suggest;

mod groups;

mod value;

mod options;

mod input;

mod source;

mod surroundings;

mod attributes;

mod fingerprint;

mod follow;

mod plan;

mod codegen;

#[cfg(test)]
mod snapshots;

/// Keeps what a function returns; every caller gets its own copy.
///
#[doc = include_str!("attribute.md")]
#[proc_macro_attribute]
pub fn cache_data(args: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(Kind::Data, args.into(), item.into()).into()
}

/// Keeps the one instance that a function returns; every caller shares it.
///
#[doc = include_str!("attribute.md")]
#[proc_macro_attribute]
pub fn cache_resource(args: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(Kind::Resource, args.into(), item.into()).into()
}

fn expand(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let (args, item) = (groups::parenthesised(args), groups::parenthesised(item));
    let mut errors = Errors::default();
    let options = Options::parse(kind, args, &mut errors);
    let input = match Input::parse(kind, item.clone()) {
        Ok(input) => input,
        Err(error) => {
            errors.push(error);
            return errors.beside(item);
        }
    };
    let plan = plan::plan(kind, &options, &input, &mut errors);
    if errors.is_empty() { codegen::expansion(&plan) } else { codegen::stand_in(&plan, &errors) }
}
