//! How the value behind an option's name is read.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, ExprUnary, Lit, Token, UnOp, parenthesized};

/// An option as it was written: its name carries the span for what is said about the option, its value the one for
/// what is said about the value.
pub(crate) struct Set<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// A kind of value.
pub(crate) trait Value: Sized {
    /// An example of such a value, to be shown behind the option's name.
    const EXAMPLE: &'static str;
    /// Reads what follows the option's name.
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self>;
}

pub(super) fn assigned<V: Value, T: Parse>(key: &Ident, input: ParseStream<'_>) -> syn::Result<T> {
    let example = V::EXAMPLE;
    let is_over = || input.is_empty() || input.peek(Token![,]);
    if !is_over() && !input.peek(Token![=]) {
        return Err(Error::new_spanned(
            key,
            format!("`{key}` takes one value, after an equals sign: `{key}{example}`"),
        ));
    }
    input.parse::<Option<Token![=]>>()?;
    if is_over() {
        return Err(Error::new_spanned(key, format!("`{key}` needs a value: `{key}{example}`")));
    }
    input.parse()
}

pub(super) fn listed<V: Value, T>(
    key: &Ident,
    input: ParseStream<'_>,
    item: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let example = V::EXAMPLE;
    if !input.peek(syn::token::Paren) {
        return Err(Error::new_spanned(key, format!("`{key}` takes a list: `{key}{example}`")));
    }
    let content;
    parenthesized!(content in input);
    let list = Punctuated::<T, Token![,]>::parse_terminated_with(&content, item);
    if list.is_err() {
        // Tokens that are left unread inside would be a second mistake.
        content.parse::<TokenStream>()?;
    }
    let list: Vec<T> = list?.into_iter().collect();
    if list.is_empty() {
        return Err(Error::new_spanned(key, format!("this list is empty: write `{key}{example}`, or remove it")));
    }
    Ok(list)
}

/// A literal, if the expression is one, and whether there is a minus before it.
pub(super) fn literal(expr: &Expr) -> Option<(&Lit, bool)> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some((lit, false)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|(lit, _)| (lit, true)),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}

/// Refuses a suffix behind a literal's digits or quotes: unless it is one of the language's types, it would be a unit
/// that nobody reads.
pub(super) fn check_suffix(expr: &Expr, complaint: impl FnOnce(&str) -> String) -> syn::Result<()> {
    const TYPES: [&str; 15] =
        ["", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];
    let (digits, suffix) = match literal(expr) {
        Some((Lit::Int(number), _)) => (number.base10_digits(), number.suffix()),
        Some((Lit::Float(number), _)) => (number.base10_digits(), number.suffix()),
        Some((Lit::Str(text), _)) if !text.suffix().is_empty() => {
            return Err(Error::new_spanned(
                expr,
                format!("`{}` behind the text says nothing: remove it", text.suffix()),
            ));
        }
        _ => return Ok(()),
    };
    if TYPES.contains(&suffix) {
        return Ok(());
    }
    Err(Error::new_spanned(expr, complaint(&format!("{digits}{suffix}"))))
}

/// One of a few words in quotes.
pub(super) fn word<T: Value>(
    key: &Ident,
    input: ParseStream<'_>,
    words: &str,
    known: impl Fn(&str) -> Option<T>,
) -> syn::Result<T> {
    let expr: Expr = assigned::<T, _>(key, input)?;
    let word = match literal(&expr) {
        Some((Lit::Str(text), false)) => known(&text.value()),
        _ => None,
    };
    word.ok_or_else(|| Error::new_spanned(expr, words))
}
