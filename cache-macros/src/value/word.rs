//! Switches, and words of which there are a few.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Error, Expr, Lit, LitBool, LitStr, Token};

use super::read::{Value, assigned, literal, word};

/// `= true`, `= false`
impl Value for LitBool {
    const EXAMPLE: &'static str = " = false";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Bool(value), false)) => Ok(value.clone()),
            _ => Err(Error::new_spanned(expr, format!("`{key}` is `true` or `false`"))),
        }
    }
}

/// Nothing: the option's name says it all.
pub(crate) struct Flag;

impl Value for Flag {
    const EXAMPLE: &'static str = "";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![=]) || input.peek(syn::token::Paren) {
            return Err(Error::new_spanned(key, format!("`{key}` takes no value: to switch it off, remove it")));
        }
        Ok(Self)
    }
}

/// `= "clock_pro"`, `= "lru"`, `= "tiny_lfu"`
pub(crate) enum Eviction {
    ClockPro,
    Lru,
    TinyLfu,
}

impl Value for Eviction {
    const EXAMPLE: &'static str = " = \"lru\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        const WORDS: &str = "`eviction` is \"clock_pro\" (the default), \"lru\" or \"tiny_lfu\"";
        word::<Self>(key, input, WORDS, |word| match word {
            "clock_pro" => Some(Self::ClockPro),
            "lru" => Some(Self::Lru),
            "tiny_lfu" => Some(Self::TinyLfu),
            _ => None,
        })
    }
}

/// `= "global"`, `= "session"`, `= "thread"`
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Global,
    Session,
    Thread,
}

impl Value for Scope {
    const EXAMPLE: &'static str = " = \"session\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let words = "`scope` is \"global\" (the default), \"session\" or \"thread\"";
        word::<Self>(key, input, words, |word| match word {
            "global" => Some(Self::Global),
            "session" => Some(Self::Session),
            "thread" => Some(Self::Thread),
            _ => None,
        })
    }
}

/// `= "disk"`: the name of a tier, which the runtime knows.
pub(crate) struct Persist(pub(crate) LitStr);

impl Value for Persist {
    const EXAMPLE: &'static str = " = \"disk\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Str(tier), false)) => Ok(Self(tier.clone())),
            _ => Err(Error::new_spanned(expr, "`persist` is the name of a tier in quotes: \"disk\"")),
        }
    }
}

/// `= true`, `= false`, `= "package"`: how far calls are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FollowCalls {
    No,
    /// To what is reached by name.
    Yes,
    /// To all of the package.
    Package,
}

impl Value for FollowCalls {
    const EXAMPLE: &'static str = " = \"package\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Bool(LitBool { value, .. }), false)) => Ok(if *value { Self::Yes } else { Self::No }),
            Some((Lit::Str(word), false)) if word.value() == "package" => Ok(Self::Package),
            _ => Err(Error::new_spanned(
                expr,
                "`follow_calls` is `true` (what the body reaches by name), \"package\" (all of the package's source) or \
                 `false` (the function alone)",
            )),
        }
    }
}

/// Nothing, `= true`, `= "Loading …"`
pub(crate) enum ShowSpinner {
    No,
    Yes,
    Text(LitStr),
}

impl Value for ShowSpinner {
    const EXAMPLE: &'static str = " = \"Loading …\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Token![=]) && !input.peek(syn::token::Paren) {
            return Ok(Self::Yes);
        }
        let expr: Expr = assigned::<Self, _>(key, input)?;
        match literal(&expr) {
            Some((Lit::Str(text), false)) => Ok(Self::Text(text.clone())),
            Some((Lit::Bool(LitBool { value, .. }), false)) => Ok(if *value { Self::Yes } else { Self::No }),
            _ => Err(Error::new_spanned(expr, "`show_spinner` is a text in quotes, `true` or `false`")),
        }
    }
}
