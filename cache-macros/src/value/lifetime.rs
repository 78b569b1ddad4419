//! Lifetimes: of values, and of errors.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Error, Expr, Lit};

use super::read::{Value, assigned, check_suffix, literal};
use crate::quantity;

/// `= "1h30m"`, `= 90`, `= 1.5`, `= Duration expression`
pub(crate) enum Lifetime {
    Nanoseconds(u64, Expr),
    Expr(Expr),
}

impl Lifetime {
    pub(super) fn of(expr: Expr) -> syn::Result<Self> {
        check_suffix(&expr, |written| format!("a lifetime with a unit is a text: `\"{written}\"`"))?;
        let nanoseconds = match literal(&expr) {
            None => return Ok(Self::Expr(expr)),
            Some((Lit::Str(text), false)) => quantity::lifetime(&text.value()),
            Some((Lit::Int(seconds), false)) => quantity::lifetime(&format!("{}s", seconds.base10_digits())),
            Some((Lit::Float(seconds), false)) => {
                quantity::lifetime(&format!("{}s", quantity::without_exponent(seconds.base10_digits())))
            }
            Some((Lit::Int(_) | Lit::Float(_), true)) => Err("a lifetime cannot be negative".into()),
            Some(_) => Err("a lifetime is a text (\"1h30m\"), a number of seconds or a `Duration`".into()),
        };
        match nanoseconds {
            Ok(nanoseconds) => Ok(Self::Nanoseconds(nanoseconds, expr)),
            Err(message) => Err(Error::new_spanned(expr, message)),
        }
    }

    /// How long it is, where that is known now.
    pub(crate) fn nanoseconds(&self) -> Option<u64> {
        match self {
            Self::Nanoseconds(nanoseconds, _) => Some(*nanoseconds),
            Self::Expr(_) => None,
        }
    }

    /// An `Option<Duration>`.
    pub(crate) fn expression(&self, rt: &TokenStream) -> TokenStream {
        match self {
            Self::Nanoseconds(nanoseconds, _) => {
                let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
                #[expect(clippy::cast_possible_truncation, reason = "a remainder by 1,000,000,000")]
                let rest = rest as u32;
                quote!(#rt::lifetime(::core::time::Duration::new(#seconds, #rest)))
            }
            Self::Expr(expr) => quote!(#rt::lifetime(#expr)),
        }
    }
}

impl Value for Lifetime {
    const EXAMPLE: &'static str = " = \"1h30m\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        assigned::<Self, _>(key, input).and_then(Self::of)
    }
}

impl ToTokens for Lifetime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Nanoseconds(_, expr) | Self::Expr(expr) => expr.to_tokens(tokens),
        }
    }
}

/// `= true`, `= "5s"`
pub(crate) enum CacheErr {
    No,
    Always,
    For(Lifetime),
}

impl Value for CacheErr {
    const EXAMPLE: &'static str = " = \"5s\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Bool(flag), false)) if flag.value => Ok(Self::Always),
            Some((Lit::Bool(_), false)) => Ok(Self::No),
            _ => Lifetime::of(expr).map(Self::For),
        }
    }
}

impl ToTokens for CacheErr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::No => tokens.extend(quote!(false)),
            // How long an error is kept does not change what it is.
            Self::Always | Self::For(_) => tokens.extend(quote!(true)),
        }
    }
}
