//! Expressions and closures.

use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Lit, Token};

use super::read::{Value, assigned, listed, literal};

/// `= expression`
impl Value for Expr {
    const EXAMPLE: &'static str = " = …";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        assigned::<Self, _>(key, input)
    }
}

/// `= |value| …`, or the path of a function
pub(crate) struct Closure(pub(crate) Expr);

impl Value for Closure {
    const EXAMPLE: &'static str = " = |value| …";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            None => Ok(Self(as_argument(expr))),
            Some(_) => {
                Err(Error::new_spanned(expr, format!("`{key}` is a function of a value: `{key}{}`", Self::EXAMPLE)))
            }
        }
    }
}

/// `= |value, cause| …`, or the path of a function
pub(crate) struct Listener(pub(crate) Expr);

impl Value for Listener {
    const EXAMPLE: &'static str = " = |value, cause| …";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        let is_other = match &expr {
            Expr::Closure(closure) => closure.inputs.len() != 2,
            expr => literal(expr).is_some(),
        };
        if is_other {
            let example = Self::EXAMPLE;
            let message = format!("`{key}` is a function of a value and of why it leaves: `{key}{example}`");
            return Err(Error::new_spanned(expr, message));
        }
        Ok(Self(as_argument(expr)))
    }
}

/// Nothing, or `= |value| …`
pub(crate) enum Weigh {
    ByItself,
    By(Closure),
}

impl Value for Weigh {
    const EXAMPLE: &'static str = Closure::EXAMPLE;

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Token![=]) && !input.peek(syn::token::Paren) {
            return Ok(Self::ByItself);
        }
        Closure::read(key, input).map(Self::By)
    }
}

/// A closure whose marks count as the expansion's: it stands where the option asks for one, so clippy's advice to name
/// a method instead is not for the user.
pub(super) fn as_argument(mut expr: Expr) -> Expr {
    if let Expr::Closure(closure) = &mut expr {
        for mark in [&mut closure.inputs_begin, &mut closure.inputs_end] {
            mark.spans = mark.spans.map(|span| Span::mixed_site().located_at(span));
        }
    }
    expr
}

/// `= expression`, of which a `bool` comes
pub(crate) struct Condition(pub(crate) Expr);

impl Value for Condition {
    const EXAMPLE: &'static str = " = …";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            None | Some((Lit::Bool(_), false)) => Ok(Self(expr)),
            Some(_) => Err(Error::new_spanned(expr, format!("`{key}` is an expression that gives `true` or `false`"))),
        }
    }
}

/// `(one, two)`: expressions
impl Value for Vec<Expr> {
    const EXAMPLE: &'static str = "(…)";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        listed::<Self, _>(key, input, Expr::parse)
    }
}
