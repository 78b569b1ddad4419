//! Tags.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Error, Expr, Lit, LitStr};

use super::read::{Value, listed, literal};

/// `"one"`, or an expression that gives some
pub(crate) enum Tag {
    Text(LitStr),
    Expr(Expr),
}

/// `("one", format!("two:{id}"))`
impl Value for Vec<Tag> {
    const EXAMPLE: &'static str = "(\"users\")";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        listed::<Self, _>(key, input, |item| {
            let expr: Expr = item.parse()?;
            match literal(&expr) {
                Some((Lit::Str(text), false)) => Ok(Tag::Text(text.clone())),
                Some(_) => Err(Error::new_spanned(expr, "a tag is a text: `tags(\"users\")`")),
                None => Ok(Tag::Expr(expr)),
            }
        })
    }
}
