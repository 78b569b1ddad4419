//! Types, and what stands for their values in a key.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Error, Expr, Token, Type};

use super::expression::as_argument;
use super::read::{Value, listed};

/// `Type = |value| …`
pub(crate) struct HashFunc {
    pub(crate) ty: Type,
    pub(crate) stand_in: StandIn,
}

/// The stand-in for a value in a key.
#[derive(Clone)]
pub(crate) enum StandIn {
    /// The result of this function of the value.
    By(Expr),
    /// The word `serde`: the form in which the value is serialised.
    Serde(Ident),
}

impl ToTokens for StandIn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::By(expr) => expr.to_tokens(tokens),
            Self::Serde(word) => word.to_tokens(tokens),
        }
    }
}

impl ToTokens for HashFunc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, stand_in } = self;
        tokens.extend(quote!(#ty = #stand_in));
    }
}

impl Value for Vec<HashFunc> {
    const EXAMPLE: &'static str = "(Type = |value| …)";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        listed::<Self, _>(key, input, |item| {
            let ty = item.parse()?;
            if !item.peek(Token![=]) {
                return Err(Error::new_spanned(
                    ty,
                    "a type needs what stands for its values: `Type = |value| …` or `Type = serde`",
                ));
            }
            item.parse::<Token![=]>()?;
            let stand_in = match as_argument(item.parse()?) {
                Expr::Path(path) if path.path.is_ident("serde") => StandIn::Serde(path.path.require_ident()?.clone()),
                expr => StandIn::By(expr),
            };
            Ok(HashFunc { ty, stand_in })
        })
    }
}
