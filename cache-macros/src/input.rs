//! The function under an attribute, taken apart as far as is needed: its body stays tokens.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, FnArg, Ident, Meta, Signature, Token, Visibility, braced};

use crate::kind::Kind;
use crate::options::{all_of, stands_twice};
use crate::value::{Closure, Flag, StandIn, Value};

pub(crate) struct Input {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `#![…]` at the beginning of the body.
    pub(crate) inner_attrs: Vec<Attribute>,
    pub(crate) body: TokenStream,
    pub(crate) braces: Span,
    /// A second attribute of ours.
    pub(crate) twice: Option<Attribute>,
    /// The semicolon that stands where a body should.
    pub(crate) semicolon: Option<Token![;]>,
}

impl Input {
    pub(crate) fn parse(kind: Kind, item: TokenStream) -> syn::Result<Self> {
        if !is_function(&item) {
            let first = first_word(&item);
            let attribute = kind.attribute();
            let way_out = match first.as_deref() {
                Some("impl" | "trait" | "mod") => "put it on each function inside",
                _ => "put it on a `fn` with a body",
            };
            return Err(Error::new(first_span(&item), format!("`#[{attribute}]` goes on a function: {way_out}")));
        }
        Self::parse_function.parse2(item)
    }

    /// The signature without what only this attribute understands.
    pub(crate) fn plain_signature(&self) -> Signature {
        let mut sig = self.sig.clone();
        for input in &mut sig.inputs {
            match input {
                FnArg::Receiver(receiver) => receiver.attrs.retain(|attr| !is_cache(attr)),
                FnArg::Typed(typed) => typed.attrs.retain(|attr| !is_cache(attr)),
            }
        }
        sig
    }

    fn parse_function(input: ParseStream<'_>) -> syn::Result<Self> {
        let (twice, attrs) = input.call(Attribute::parse_outer)?.into_iter().partition::<Vec<_>, _>(is_ours);
        let twice = twice.into_iter().next();
        let vis = input.parse()?;
        let sig = Signature::parse(input)?;
        if let semicolon @ Some(_) = input.parse()? {
            // A body of some kind, for there is nothing more to say about a function without one.
            return Ok(Self {
                attrs,
                vis,
                sig,
                inner_attrs: Vec::new(),
                body: quote!(loop {}),
                braces: Span::call_site(),
                twice,
                semicolon,
            });
        }
        let content;
        let braces = braced!(content in input).span.join();
        let inner_attrs = content.call(Attribute::parse_inner)?;
        Ok(Self { attrs, vis, sig, inner_attrs, body: content.parse()?, braces, twice, semicolon: None })
    }
}

/// Words that may stand between a function's attributes and `fn`.
const QUALIFIERS: [&str; 9] = ["pub", "const", "async", "unsafe", "safe", "extern", "default", "crate", "gen"];

/// The words of an item before its name, attributes left out.
fn words(item: &TokenStream) -> impl Iterator<Item = TokenTree> {
    let mut tokens = item.clone().into_iter().peekable();
    std::iter::from_fn(move || {
        loop {
            match tokens.next()? {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
                }
                token => return Some(token),
            }
        }
    })
}

fn is_function(item: &TokenStream) -> bool {
    words(item)
        .find(|token| match token {
            TokenTree::Ident(word) => !QUALIFIERS.contains(&word.to_string().as_str()),
            // `pub(crate)`, `extern "C"`
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
            TokenTree::Punct(_) => true,
        })
        .is_some_and(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
}

fn first_word(item: &TokenStream) -> Option<String> {
    words(item).find_map(|token| match token {
        TokenTree::Ident(word) if !QUALIFIERS.contains(&word.to_string().as_str()) => Some(word.to_string()),
        _ => None,
    })
}

/// Where an item says what it is.
fn first_span(item: &TokenStream) -> Span {
    let is_visibility = |token: &TokenTree| match token {
        TokenTree::Ident(word) => word == "pub",
        token => matches!(token, TokenTree::Group(_)),
    };
    words(item).find(|token| !is_visibility(token)).map_or_else(Span::call_site, |token| token.span())
}

/// A parameter's own `#[cache(…)]`.
pub(crate) struct CacheAttr {
    pub(crate) skip: Option<Ident>,
    /// With the word that says it.
    pub(crate) by: Option<(Ident, StandIn)>,
}

const CACHE_ATTR: &str = "a parameter's `#[cache(…)]` is `skip`, `by = |value| …` or `serde`";

impl CacheAttr {
    pub(crate) fn of(attr: &Attribute) -> syn::Result<Self> {
        match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => attr.parse_args(),
            _ => Err(Error::new_spanned(attr, CACHE_ATTR)),
        }
    }
}

impl Parse for CacheAttr {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attr = Self { skip: None, by: None };
        let mut written = Vec::new();
        let mut read = Ok(());
        while !input.is_empty() {
            let one = attr.read_one(&mut written, input);
            if one.is_err() {
                skip_to_comma(input);
            }
            read = all_of(read.err(), one);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        read?;
        if let (Some(skip), Some((by, _))) = (&attr.skip, &attr.by) {
            let message = format!("a parameter that is left out needs no `{by}`: remove one of the two");
            return Err(Error::new_spanned(skip, message));
        }
        Ok(attr)
    }
}

impl CacheAttr {
    fn read_one(&mut self, written: &mut Vec<Ident>, input: ParseStream<'_>) -> syn::Result<()> {
        let key: Ident = input.parse()?;
        let twice = if written.contains(&key) {
            Some(stands_twice(&key))
        } else {
            let says_more = self.by.as_ref().filter(|_| key == "by" || key == "serde");
            says_more.map(|(other, _)| Error::new_spanned(&key, format!("`{other}` says already what stands for it")))
        };
        let read = match key.to_string().as_str() {
            "skip" => Flag::read(&key, input).map(|Flag| self.skip = Some(key.clone())),
            "by" => Closure::read(&key, input).map(|by| self.by = Some((key.clone(), StandIn::By(by.0)))),
            "serde" => Flag::read(&key, input).map(|Flag| self.by = Some((key.clone(), StandIn::Serde(key.clone())))),
            _ => return Err(Error::new_spanned(key, CACHE_ATTR)),
        };
        written.push(key);
        all_of(twice, read)
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // Where nothing can be skipped, there is the end.
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

fn is_ours(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|name| name.ident == "cache_data" || name.ident == "cache_resource")
}

/// Is this a parameter's `#[cache(…)]`?
pub(crate) fn is_cache(attr: &Attribute) -> bool {
    attr.path().is_ident("cache")
}

impl ToTokens for Input {
    /// The function as it was written, without what only this attribute understands.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig: _, inner_attrs, body, braces: _, twice: _, semicolon: _ } = self;
        let sig = self.plain_signature();
        tokens.extend(quote!(#(#attrs)* #vis #sig { #(#inner_attrs)* #body }));
    }
}
