//! Bounds, sizes and fractions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Error, Expr, Lit};

use super::read::{Value, assigned, check_suffix, literal};
use crate::quantity;

/// `= 1_000`, `= expression`
pub(crate) struct Count(pub(crate) Expr);

impl Count {
    /// An `Option<u64>`.
    pub(crate) fn expression(&self, rt: &TokenStream) -> TokenStream {
        let expr = &self.0;
        quote!(#rt::bound(#expr))
    }

    fn of(expr: Expr) -> syn::Result<Self> {
        check_suffix(&expr, |written| format!("a bound is a whole number: `{written}` is none"))?;
        let complaint = match literal(&expr) {
            None => return Ok(Self(expr)),
            Some((Lit::Int(_), true)) => "a bound cannot be negative",
            Some((Lit::Int(number), false)) => match number.base10_parse::<u64>() {
                Ok(0) => quantity::ZERO_BOUND,
                Ok(_) => {
                    // A plain literal would be taken for an `i32`.
                    let number = proc_macro2::Literal::u64_suffixed(number.base10_parse()?);
                    return Ok(Self(syn::parse_quote!(#number)));
                }
                Err(_) => "a bound is a whole number below 2^64",
            },
            Some(_) => "a bound is a whole number",
        };
        Err(Error::new_spanned(expr, complaint))
    }
}

impl Value for Count {
    const EXAMPLE: &'static str = " = 1_000";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        assigned::<Self, _>(key, input).and_then(Self::of)
    }
}

/// `= 0.1`, `= expression`
pub(crate) struct Fraction(pub(crate) Expr);

impl Value for Fraction {
    const EXAMPLE: &'static str = " = 0.1";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        let is_fraction = match literal(&expr) {
            None => true,
            Some((Lit::Float(number), false)) => {
                number.base10_parse::<f64>().is_ok_and(|number| number > 0.0 && number < 1.0)
            }
            Some(_) => false,
        };
        if is_fraction {
            return Ok(Self(expr));
        }
        Err(Error::new_spanned(expr, format!("`{key}` is a fraction, more than 0 and less than 1: `{key} = 0.1`")))
    }
}

/// `= "64MiB"`, `= 4096`, `= expression`
pub(crate) struct Bytes(pub(crate) Count);

impl Value for Bytes {
    const EXAMPLE: &'static str = " = \"64MiB\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        check_suffix(&expr, |written| format!("a size with a unit is a text: `\"{written}\"`"))?;
        let Some((Lit::Str(text), false)) = literal(&expr) else { return Count::of(expr).map(Self) };
        let bytes = quantity::bytes(&text.value()).map_err(|message| Error::new_spanned(text, message))?;
        let bytes = proc_macro2::Literal::u64_suffixed(bytes);
        Ok(Self(Count(syn::parse_quote!(#bytes))))
    }
}
