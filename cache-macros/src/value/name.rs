//! Names and paths.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Lit, Path};

use super::read::{Value, assigned, listed, literal};

/// `= "NAME"`
pub(crate) struct Name(pub(crate) Ident);

impl Value for Name {
    const EXAMPLE: &'static str = " = \"USERS\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Str(text), false)) => text.parse().map(Self).map_err(|_| {
                Error::new_spanned(text, format!("{} is no name that a static could have", text.to_token_stream()))
            }),
            _ => Err(Error::new_spanned(expr, "a name is a text: `name = \"USERS\"`")),
        }
    }
}

/// `= "path::to::cache_runtime"`
impl Value for Path {
    const EXAMPLE: &'static str = " = \"my_prelude::cache\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Str(text), false)) => text.parse_with(Path::parse_mod_style).map_err(|_| {
                Error::new_spanned(
                    text,
                    "expected the path of the crate `cache-runtime`: `crate = \"my_prelude::cache\"`",
                )
            }),
            _ => Err(Error::new_spanned(expr, "the path is a text: `crate = \"my_prelude::cache\"`")),
        }
    }
}

/// `(one, two)`: names of parameters
impl Value for Vec<Ident> {
    const EXAMPLE: &'static str = "(one, other)";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        listed::<Self, _>(key, input, |item| {
            Ident::parse_any(item)
                .map_err(|error| Error::new(error.span(), "expected the name of a parameter, or `self`"))
        })
    }
}
