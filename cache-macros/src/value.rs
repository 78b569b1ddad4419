//! What may stand behind an option's name.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, ExprUnary, Lit, LitBool, LitStr, Path, Token, Type, UnOp, parenthesized};

use crate::quantity;

/// An option as it was written: its name carries the span for what is said about the option, its value the one for
/// what is said about the value.
pub(crate) struct Set<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// A kind of value.
pub(crate) trait Value: Sized {
    /// What a value of this kind looks like, behind the option's name.
    const EXAMPLE: &'static str;
    /// Reads what follows the option's name.
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self>;
}

fn assigned<V: Value, T: Parse>(key: &Ident, input: ParseStream<'_>) -> syn::Result<T> {
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

fn listed<V: Value, T>(
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
        // What is left unread inside would be a second mistake.
        content.parse::<TokenStream>()?;
    }
    let list: Vec<T> = list?.into_iter().collect();
    if list.is_empty() {
        return Err(Error::new_spanned(key, format!("this list is empty: write `{key}{example}`, or remove it")));
    }
    Ok(list)
}

/// A literal, if the expression is one, and whether there is a minus before it.
fn literal(expr: &Expr) -> Option<(&Lit, bool)> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some((lit, false)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|(lit, _)| (lit, true)),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}

/// What stands behind a literal's digits or quotes would be a unit that nobody reads, unless it is one of the language's
/// types.
fn check_suffix(expr: &Expr, complaint: impl FnOnce(&str) -> String) -> syn::Result<()> {
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

/// `= "1h30m"`, `= 90`, `= 1.5`, `= Duration expression`
pub(crate) enum Lifetime {
    Nanoseconds(u64, Expr),
    Expr(Expr),
}

impl Lifetime {
    fn of(expr: Expr) -> syn::Result<Self> {
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
fn as_argument(mut expr: Expr) -> Expr {
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

/// `= "lru"`, `= "tiny_lfu"`
pub(crate) enum Eviction {
    Lru,
    TinyLfu,
}

impl Value for Eviction {
    const EXAMPLE: &'static str = " = \"lru\"";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        word::<Self>(key, input, "`eviction` is \"lru\" (the default) or \"tiny_lfu\"", |word| match word {
            "lru" => Some(Self::Lru),
            "tiny_lfu" => Some(Self::TinyLfu),
            _ => None,
        })
    }
}

/// One of a few words in quotes.
fn word<T: Value>(
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

/// `(one, two)`: expressions
impl Value for Vec<Expr> {
    const EXAMPLE: &'static str = "(…)";

    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        listed::<Self, _>(key, input, Expr::parse)
    }
}

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

/// `Type = |value| …`
pub(crate) struct HashFunc {
    pub(crate) ty: Type,
    pub(crate) stand_in: StandIn,
}

/// What stands for a value in a key.
#[derive(Clone)]
pub(crate) enum StandIn {
    /// What this makes of it.
    By(Expr),
    /// The word `serde`: what it serialises to.
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
